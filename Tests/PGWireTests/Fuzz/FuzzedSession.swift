import PGWire
import PGWireTesting

/// Plays one mutated session to the protocol core.
struct FuzzedSession {
    /// What a recorded session has that a mutated one keeps.
    struct Origin: Sendable {
        var transcript: Transcript
        var parameters: [(name: String, value: String)]
        var requests: [[FrontendRequest]]
        var answers: [[WireMessage]]
        /// Which flights are the data of a COPY.
        var copies: [Bool]

        init(_ transcript: Transcript) throws {
            self.transcript = transcript
            parameters = try transcript.startupParameters()
            let flights = try transcript.flights()
            requests = flights.map(\.requests)
            answers = flights.map(\.received)
            copies = flights.map(\.givesCopyData)
        }

        /// Whether the flight is the client's own question, and not its part in a login or a COPY.
        func asks(at index: Int) -> Bool {
            guard index < requests.count, let kind = requests[index].first?.kind else { return false }
            return [.query, .parse, .bind, .close, .terminate].contains(kind)
        }

        /// Whether the flight is the data of a COPY that the client gives.
        func givesCopyData(at index: Int) -> Bool { index < copies.count && copies[index] }
    }

    /// How a session ended.
    enum Outcome: String, CaseIterable {
        case complete
        case incomplete
        case refused
        case violation
    }

    /// What must never come to pass.
    enum Problem: Error {
        case tooMuchMemory(capacity: Int, received: Int)
        case tooManyEvents(Int, received: Int)
        case tooMuchOutput(Int, received: Int)
    }

    let origin: Origin
    let keys: (SCRAMChallenge) -> SCRAMKeys
    private var received = 0

    init(_ origin: Origin, keys: @escaping (SCRAMChallenge) -> SCRAMKeys) {
        self.origin = origin
        self.keys = keys
    }

    /// Plays `answers` in pieces of random size.
    mutating func play(_ answers: [[WireMessage]], _ generator: inout FuzzGenerator) throws -> Outcome {
        var driver = try SessionDriver(
            origin.transcript.login(), parameters: origin.parameters, maximumMessageSize: 1 << 30, keys: keys)
        do {
            for (index, messages) in answers.enumerated() {
                driver.givesCopyData = origin.givesCopyData(at: index + 1)
                if driver.isIdle ? origin.asks(at: index) : driver.awaitsCopyData && origin.givesCopyData(at: index) {
                    try driver.begin(origin.requests[index])
                }
                try feed(messages.bytes, to: &driver, &generator)
            }
            return driver.isIdle ? .complete : .incomplete
        } catch let failure as SessionDriver.Failure {
            try check(&driver)
            switch failure {
            case .startup: return .refused
            case .violation: return .violation
            case .unusable: return .refused
            }
        }
    }

    private mutating func feed(
        _ bytes: [UInt8], to driver: inout SessionDriver, _ generator: inout FuzzGenerator
    ) throws {
        let style = generator.below(4)
        var start = 0
        while start < bytes.count {
            let size =
                switch style {
                case 0: bytes.count
                case 1: 1 + generator.below(7)
                default: 1 + generator.below(bytes.count)
                }
            let end = min(bytes.count, start + size)
            received += end - start
            try driver.receive(Array(bytes[start..<end]))
            start = end
            try check(&driver)
        }
    }

    /// Whether what is held stays in proportion to what has come.
    private func check(_ driver: inout SessionDriver) throws {
        let capacity = driver.session.input.chunk.capacity
        guard capacity <= 256 * 1024 + 4 * received else {
            throw Problem.tooMuchMemory(capacity: capacity, received: received)
        }
        // The shortest message has five bytes and makes one event; in a COPY a row without columns has two.
        guard driver.events.count <= received / 2 + 1 else {
            throw Problem.tooManyEvents(driver.events.count, received: received)
        }
        let output = driver.takeOutput().count
        guard output <= 10_000 + 8 * received else { throw Problem.tooMuchOutput(output, received: received) }
        for event in driver.events { Self.walk(event) }
        driver.events.removeAll()
    }

    /// Uses an event as a program would.
    private static func walk(_ event: SessionDriver.Event) {
        switch event {
        case .row(let row), .copiedRow(let row): RowDecodingAttempts.decodeEverything(of: row)
        case .notice(let error), .query(.failed(let error)):
            var error = error
            error.sql = "SELECT 1"
            _ = error.description
        case .query(.complete(let tag)): _ = (tag.rowCount, tag.command)
        default: break
        }
    }
}
