package import PGWire

/// Replays a transcript to a driver: the server's bytes, and the client's requests.
package struct Replay {
    /// The client sent something else than in the transcript.
    package struct Difference: Error, CustomStringConvertible {
        package var description: String
    }

    package let transcript: Transcript
    private let flights: [Transcript.Flight]
    private let parameters: [(name: String, value: String)]
    private let keys: @Sendable (SCRAMChallenge) -> SCRAMKeys

    /// A replay that gets its SCRAM keys from `keys`, which should cache them, as deriving them takes longest.
    package init(_ transcript: Transcript, keys: @escaping @Sendable (SCRAMChallenge) -> SCRAMKeys) throws {
        self.transcript = transcript
        self.keys = keys
        flights = try transcript.flights()
        parameters = try transcript.startupParameters()
    }

    /// The events of a replay of the first `limit` bytes of the server, or of all. `cut` splits each flight into
    /// pieces: it gets the range of the flight within all bytes of the server.
    ///
    /// - Throws: ``Difference`` when the client sends something else than in the transcript; what the driver throws.
    package func events(
        limit: Int = .max, cut: (Range<Int>) -> [Int] = { _ in [] }
    ) throws -> [SessionDriver.Event] {
        var driver = try SessionDriver(transcript.login(), parameters: parameters, keys: keys)
        var start = 0
        // What the client sent earlier than in the transcript.
        var early: [UInt8] = []
        for (index, flight) in flights.enumerated() {
            let next = index + 1 < flights.count ? flights[index + 1] : Transcript.Flight()
            driver.givesCopyData = next.givesCopyData
            try begin(flight, index, early, &driver)
            early = []
            let bytes = Array(flight.received.bytes.prefix(limit - start))
            let end = start + bytes.count
            let cuts = cut(start..<end).filter { start < $0 && $0 < end }.map { $0 - start }
            for (from, to) in zip([0] + cuts, cuts + [bytes.count]) where from < to {
                early += driver.takeOutput()
                // It may refuse a COPY as soon as that begins, while the server has already continued.
                guard early.isEmpty || next.refusesCopy else {
                    throw Difference(description: "the client sent earlier than in the transcript: \(early)")
                }
                try driver.receive(Array(bytes[from..<to]))
            }
            start = end
            if start == limit {
                try checkIncomplete(driver)
                break
            }
        }
        return driver.events
    }

    private func begin(
        _ flight: Transcript.Flight, _ index: Int, _ early: [UInt8], _ driver: inout SessionDriver
    ) throws {
        if let cancelRequest = flight.cancelRequest {
            guard driver.cancelRequest == cancelRequest else {
                throw Difference(description: "the CancelRequest is \(driver.cancelRequest ?? [])")
            }
            return
        }
        if driver.isIdle || driver.awaitsCopyData { try driver.begin(flight.requests) }
        let output = early + driver.takeOutput()
        guard output == flight.sent else {
            throw Difference(
                description:
                    "flight \(index + 1): the client sent \(Transcript.hexadecimal(output)), and the transcript "
                    + "has \(Transcript.hexadecimal(flight.sent))")
        }
    }

    /// A truncated replay is neither an error nor complete: more bytes must be needed.
    private func checkIncomplete(_ driver: borrowing SessionDriver) throws {
        guard driver.session.missing > 0 else { throw Difference(description: "nothing is missing") }
    }
}
