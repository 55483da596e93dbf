import PGWire
import PGWireTesting
import Synchronization

/// What a client has sent, read as a server reads it: set ``observe`` as a configuration's observer.
final class SentRequests: Sendable {
    private struct State {
        var decoder = FrontendDecoder()
        var requests: [FrontendRequest] = []
    }

    private let state = Mutex(State())

    @Sendable func observe(_ direction: Transport.Direction, _ bytes: RawSpan) {
        guard direction == .sent else { return }
        let copy = [UInt8](copying: bytes)
        state.withLock { state in
            state.decoder.append(copy)
            while let request = try? state.decoder.next() { state.requests.append(request) }
        }
    }

    /// All since this was last asked.
    func take() -> [FrontendRequest] {
        state.withLock { state in
            defer { state.requests = [] }
            return state.requests
        }
    }

    /// The same in words, with the names of statements.
    func takeWords() -> [String] {
        take().map { request in
            switch request {
            case .parse(let name, let sql, _):
                "Parse " + (sql == Self.question ? "the question who answers" : Self.shown(name))
            case .bind(let binding): "Bind \(Self.shown(binding.statement))"
            case .close(_, let name): "Close \(Self.shown(name))"
            default: request.kind.rawValue
            }
        }
    }

    private static let question = "SELECT pg_catalog.pg_backend_pid()"

    private static func shown(_ name: String) -> String { name.isEmpty ? "unnamed" : name }

    /// What is sent for a statement without a name.
    static let unnamed = ["Parse unnamed", "Bind unnamed", "Describe", "Execute", "Sync"]
    /// The same, with our own question in the same batch.
    static let unnamedWithQuestion = ["Parse the question who answers", "Bind unnamed", "Execute"] + unnamed

    /// What is sent to prepare a statement under `name`.
    static func preparing(_ name: String) -> [String] {
        ["Parse \(name)", "Bind \(name)", "Describe", "Execute", "Sync"]
    }

    /// What is sent for one that is prepared.
    static func prepared(_ name: String) -> [String] { ["Bind \(name)", "Execute", "Sync"] }
}

extension Connection {
    /// The names of what is prepared in the server process that answers. It prepares nothing itself.
    func preparedStatements() async throws -> [String] {
        let result = try await execute(script: "SELECT name FROM pg_prepared_statements ORDER BY prepare_time, name")
        return try result[0].rows.map { try $0.decode(0, as: String.self) }
    }
}
