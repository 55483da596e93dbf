import LocalPostgres
import PGSchemaCatalog
import PGSchemaComparison
import PGSchemaMigrations
import PGWire
import ScribeApp
import TestSupport

/// A migrated database of its own for a test, and what tests need beside the store.
struct StoreDatabase: Sendable {
    /// For what tests do themselves.
    private(set) var configuration: Connection.Configuration
    let store: Store
    /// The application's user of most tests.
    let user: User.ID

    init(major: Int = 15) async throws {
        let cluster = try await TestServers.shared.cluster(major: major)
        let database = try await cluster.makeDatabase(copying: StoreTemplates.shared.name(in: cluster, major))
        _ = try await Connection.withConnection(database) { try await HostileSchema.enter($0, catalogComesLast: false) }
        try await self.init(database, by: nil)
        configuration.startupParameters.append(.init(name: "search_path", value: "public"))
    }

    /// A database that the store reaches by another address.
    init(_ direct: Connection.Configuration, by other: Connection.Configuration?) async throws {
        try await Migrator(configuration: direct, graph: try .scribe()).run(.upgrade, to: "head")
        configuration = direct
        store = Store(NullPool(Self.appSettings(other ?? direct), maximumConnections: 20))
        user = User.ID()
        _ = try await store.users.initialize(user, email: "\(user)@example.com", displayName: "Ada")
    }

    /// As scribe-app connects: as to a transaction pooler.
    static func appSettings(_ configuration: Connection.Configuration) -> Connection.Configuration {
        var configuration = configuration
        configuration.poolerMode = .transaction
        return configuration
    }

    func addUser() async throws -> User.ID {
        let id = User.ID()
        _ = try await store.users.initialize(id, email: "\(id)@example.com", displayName: nil)
        return id
    }

    /// Submits items with names `prefix` and their numbers, for ``user`` unless another is named.
    @discardableResult
    func enqueue(_ count: Int, _ prefix: String = "item", for other: User.ID? = nil) async throws -> [QueueItem.ID] {
        let recipients = (0..<count).map { QueueItem.Recipient(name: "\(prefix) \($0)", interest: "interest \($0)") }
        let batch = try QueueItem.Batch(userID: other ?? user, emailTemplate: "Dear {name}", recipients: recipients)
        return try await store.queue.enqueue(batch)
    }

    /// Submits one item and takes it.
    func claimOne() async throws -> QueueItem.Claim {
        try await enqueue(1)
        guard let claim = try await store.queue.claim() else { throw NothingToClaim() }
        return claim
    }

    /// An e-mail made by way of the queue.
    @discardableResult
    func makeEmail(_ draft: Email.Draft = .init(message: "Hello", templateType: .general)) async throws -> Email.ID {
        let claim = try await claimOne()
        guard try await store.queue.complete(claim, with: draft) == .done else { throw NothingToClaim() }
        return draft.id
    }

    func execute(_ sql: SQL) async throws {
        _ = try await Connection.withConnection(configuration) { try await $0.execute(sql) }
    }

    func count(_ sql: SQL) async throws -> Int {
        try await Connection.withConnection(configuration) { try await $0.fetchOne(sql, as: Int.self) }
    }

    /// What the user has had made, as counted and as stored.
    func generated() async throws -> (counted: Int, stored: Int) {
        (
            try await count("SELECT generation_count FROM users WHERE id = \(user)"),
            try await count("SELECT count(*) FROM emails WHERE user_id = \(user)")
        )
    }

    struct NothingToClaim: Error {}
}

/// Migrated databases to copy, one for each server. Whoever may create in a schema of the path can make what fits a call of the
/// store better than the server's own: there are traps of that kind in them.
private actor StoreTemplates {
    static let shared = StoreTemplates()

    private var names: [Int: Task<String, any Error>] = [:]

    func name(in cluster: LocalPostgres, _ major: Int) async throws -> String {
        if let task = names[major] { return try await task.value }
        let task = Task {
            let database = try await cluster.makeDatabase()
            try await Migrator(configuration: database, graph: try .scribe()).run(.upgrade, to: "head")
            _ = try await Connection.withConnection(database) { try await HostileSchema.install($0) }
            return database.database ?? ""
        }
        names[major] = task
        return try await task.value
    }
}

/// One connection as a provider of connections.
struct OneConnection: ConnectionProvider {
    let connection: Connection

    func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R { try await body(connection) }
}

/// Random numbers that follow from a seed, which is printed so that a failure can be had again (`PGWIRE_SEED`).
struct StoreRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}
