import Synchronization

/// The types of the columns of statements' results, as far as they are known by now, for all connections of a role to a
/// database: so also for one that is new for each request, or whose pooler keeps nothing.
///
/// What it knows may be out of date, as tables change. It only decides in which formats rows are asked for; what comes is
/// decoded by what the server says of it.
final class ResultTypeCache: Sendable {
    /// What is known of a statement.
    enum Knowledge {
        case unknown
        case types([OID])
        /// Rows are to be asked for as text: with what seemed to be known, the server could not do it.
        case text
    }

    private struct State {
        var statements: [StatementCache.Key: Knowledge] = [:]
        /// In the order in which they were added; the oldest gives way first.
        var order: [StatementCache.Key] = []
        var next = 0
    }

    /// What is known of the database's own types.
    let types = TypeCatalog()
    private let state = Mutex(State())
    private static let capacity = 512

    /// What is known of a statement.
    func knowledge(of key: StatementCache.Key) -> Knowledge {
        key.isShort ? state.withLock { $0.statements[key] ?? .unknown } : .text
    }

    /// Notes what the server has said of a statement.
    func note(_ knowledge: Knowledge, of key: StatementCache.Key) {
        guard key.isShort else { return }
        state.withLock { state in
            guard state.statements.updateValue(knowledge, forKey: key) == nil else { return }
            if state.order.count < Self.capacity { return state.order.append(key) }
            state.statements[state.order[state.next]] = nil
            state.order[state.next] = key
            state.next = (state.next + 1) % Self.capacity
        }
    }
}

extension ResultTypeCache {
    /// What makes two databases the same, and what names in them mean.
    private struct Database: Hashable {
        var endpoint: Endpoint
        var database: String
        var user: String
        var parameters: [Connection.Configuration.StartupParameter]
    }

    private static let all = Mutex<[Database: ResultTypeCache]>([:])
    /// A program seldom uses more databases.
    private static let maximumDatabases = 64

    /// That of the database that a connection with this configuration has.
    static func shared(_ endpoint: Endpoint, _ configuration: Connection.Configuration) -> ResultTypeCache {
        let database = Database(
            endpoint: endpoint, database: configuration.database ?? configuration.user, user: configuration.user,
            parameters: configuration.startupParameters)
        return all.withLock { all in
            if let known = all[database] { return known }
            // Whoever uses more has connections that keep theirs.
            if all.count >= maximumDatabases { all = [:] }
            let new = ResultTypeCache()
            all[database] = new
            return new
        }
    }
}
