package import PGWire

/// Drives a session and its machines as the client does, with bytes that somebody else carries: what replays, fuzzing
/// and recording have in common.
package struct SessionDriver: ~Copyable {
    /// What came of the server's bytes.
    package enum Event: Sendable {
        case authenticated
        case query(QueryEvent)
        case row(Row)
        case notice(ServerError)
        case ready
    }

    /// Why it does not go on.
    package enum Failure: Error, Sendable {
        case startup(Startup.Failure)
        case violation(ProtocolViolation)
        case unusable(PGError)
    }

    private enum Exchange: ~Copyable {
        case startup(Startup)
        case idle
        case extended(ExtendedQuery)
        case simple(SimpleQuery)
        case broken
    }

    package private(set) var session: Session
    private var exchange: Exchange = .idle
    private var columns = Columns([])
    private let keys: (SCRAMChallenge) -> SCRAMKeys
    /// What came so far; whoever reads it may empty it.
    package var events: [Event] = []

    /// Begins a connection: the StartupMessage is in the output, and SCRAM's first message too if it is begun early. `keys`
    /// derives them from the password, or has them ready.
    package init(
        _ login: Startup.Login, parameters: [(name: String, value: String)], maximumMessageSize: Int = 1 << 30,
        beginsEarly: Bool = false, keys: @escaping (SCRAMChallenge) -> SCRAMKeys
    ) throws {
        session = Session(maximumMessageSize: maximumMessageSize)
        self.keys = keys
        var startup = Startup(login)
        try FrontendMessage.startup(parameters: parameters, to: &session.output)
        if beginsEarly { try startup.beginEarly(to: &session.output) }
        exchange = .startup(startup)
    }

    /// Whether nothing is under way, so that a query may begin.
    package var isIdle: Bool {
        switch exchange {
        case .idle: true
        case .startup: false
        case .extended: false
        case .simple: false
        case .broken: false
        }
    }

    /// What is to be sent.
    package mutating func takeOutput() -> [UInt8] {
        defer { session.output.removeAll() }
        return session.output.bytes
    }

    /// Begins a simple query.
    package mutating func beginSimple(_ sql: String) throws(PGError) {
        try FrontendMessage.query(sql, to: &session.output)
        session.noteSync()
        exchange = .simple(SimpleQuery())
    }

    /// Notes that `statements` are in the output, with the Sync that ends them.
    package mutating func noteBatch(_ statements: [ExtendedQuery.Statement]) {
        session.noteSync()
        exchange = .extended(ExtendedQuery(statements))
    }

    /// Lets `body` write messages to the output.
    package mutating func write(_ body: (inout ByteWriter) throws(PGError) -> Void) throws(PGError) {
        try body(&session.output)
    }

    /// Takes what the server sent, into as much room as the client would make for it.
    package mutating func receive(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = session.input.append(minimum: session.input.credible(session.missing)) { room in
                let count = min(room.count, rest.count)
                room.copyBytes(from: rest.prefix(count))
                return count
            }
            rest.removeFirst(count)
            while let message = try nextMessage() { try interpret(message) }
        }
    }

    private mutating func nextMessage() throws(Failure) -> BackendMessage? {
        do throws(ProtocolViolation) {
            let message = try session.next()
            for notice in session.takeNotices() { events.append(.notice(notice)) }
            return message
        } catch {
            throw .violation(error)
        }
    }

    private mutating func interpret(_ message: BackendMessage) throws(Failure) {
        var taken = Exchange.broken
        swap(&taken, &exchange)
        switch consume taken {
        case .idle:
            throw .violation(ProtocolViolation("\(message.name) came where nothing was asked"))
        case .broken:
            throw .violation(ProtocolViolation("the connection had failed before"))
        case .startup(var startup):
            try receive(message, &startup)
            exchange = startup.isReady ? .idle : .startup(startup)
        case .extended(var query):
            let event = try advance { () throws(ProtocolViolation) in try query.receive(message) }
            exchange = query.isDone ? .idle : .extended(query)
            try handle(event, isExtended: true)
        case .simple(var query):
            let event = try advance { () throws(ProtocolViolation) in try query.receive(message) }
            exchange = query.isDone ? .idle : .simple(query)
            try handle(event, isExtended: false)
        }
    }

    private mutating func receive(_ message: BackendMessage, _ startup: inout Startup) throws(Failure) {
        do throws(Startup.Failure) {
            switch try startup.receive(message, output: &session.output) {
            case .proceed: break
            case .deriveKeys(let challenge): try startup.provide(keys(challenge), to: &session.output)
            case .authenticated:
                session.framer.phase = .established
                events.append(.authenticated)
            case .ready: events.append(.ready)
            }
        } catch {
            throw .startup(error)
        }
    }

    private func advance(_ step: () throws(ProtocolViolation) -> QueryEvent?) throws(Failure) -> QueryEvent? {
        do throws(ProtocolViolation) { return try step() } catch { throw .violation(error) }
    }

    private mutating func handle(_ event: QueryEvent?, isExtended: Bool) throws(Failure) {
        switch event {
        case nil: return
        case .columns(let columns): self.columns = columns
        case .row(let values):
            return events.append(.row(Row(columns: columns, chunk: session.input.chunk, values: values)))
        case .wantsCopyData: try refuseCopy(isExtended)
        case .complete, .failed: columns = Columns([])
        case .parsed: return
        case .rowSentAlong, .sendsCopyData, .copyData, .ready: break
        }
        if let event { events.append(.query(event)) }
    }

    private mutating func refuseCopy(_ isExtended: Bool) throws(Failure) {
        do throws(PGError) {
            try FrontendMessage.copyFail("this call gives no data", to: &session.output)
        } catch {
            throw .unusable(error)
        }
        if isExtended { FrontendMessage.sync(to: &session.output) }
    }
}
