package import PGWire

/// Plays the server's side of a transcript to a driver, and the client's queries as the transcript has them.
package struct Replay {
    /// The client did not say what the transcript says.
    package struct Difference: Error, CustomStringConvertible {
        package var description: String
    }

    package let transcript: Transcript
    private let flights: [Transcript.Flight]
    private let parameters: [(name: String, value: String)]
    private let keys: @Sendable (SCRAMChallenge) -> SCRAMKeys

    /// A replay that gets its keys from `keys`, which remembers them, as deriving them takes longer than all the rest.
    package init(_ transcript: Transcript, keys: @escaping @Sendable (SCRAMChallenge) -> SCRAMKeys) throws {
        self.transcript = transcript
        self.keys = keys
        flights = try transcript.flights()
        parameters = try transcript.startupParameters()
    }

    /// The events of a whole replay, or of one that ends after the first `limit` bytes of the server, given in the pieces
    /// that `cut` makes of each flight: it is told where in all that the server says the flight begins and ends.
    ///
    /// - Throws: ``Difference`` when the client says something else than the transcript has; what the driver throws.
    package func events(
        limit: Int = .max, cut: (Range<Int>) -> [Int] = { _ in [] }
    ) throws -> [SessionDriver.Event] {
        var driver = try SessionDriver(transcript.login(), parameters: parameters, keys: keys)
        var start = 0
        for (index, flight) in flights.enumerated() {
            try begin(flight, index, &driver)
            let bytes = Array(flight.received.bytes.prefix(limit - start))
            let end = start + bytes.count
            let cuts = cut(start..<end).filter { start < $0 && $0 < end }.map { $0 - start }
            for (from, to) in zip([0] + cuts, cuts + [bytes.count]) where from < to {
                let output = driver.takeOutput()
                guard output.isEmpty else {
                    throw Difference(description: "the client spoke before its turn: \(output)")
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

    private func begin(_ flight: Transcript.Flight, _ index: Int, _ driver: inout SessionDriver) throws {
        if let cancelRequest = flight.cancelRequest {
            guard driver.cancelRequest == cancelRequest else {
                throw Difference(description: "the CancelRequest is \(driver.cancelRequest ?? [])")
            }
            return
        }
        if driver.isIdle { try driver.begin(flight.requests) }
        let output = driver.takeOutput()
        guard output == flight.sent else {
            throw Difference(
                description:
                    "flight \(index + 1): the client sent \(Transcript.hexadecimal(output)), and the transcript "
                    + "has \(Transcript.hexadecimal(flight.sent))")
        }
    }

    /// What ends early is neither an error nor a result: more is needed.
    private func checkIncomplete(_ driver: borrowing SessionDriver) throws {
        guard driver.session.missing > 0 else { throw Difference(description: "nothing is missing") }
    }
}
