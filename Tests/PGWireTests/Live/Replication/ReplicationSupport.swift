import LocalPostgres
import PGWire
import Testing

/// Servers that write what logical replication needs, each started when the first test asks for it.
enum LogicalServers {
    static let postgres15 = Task { try await start(15) }
    static let postgres17 = Task { try await start(17) }
    static let postgres18 = Task { try await start(18) }

    private static func start(_ major: Int) async throws -> LocalPostgres {
        var options = LocalPostgres.Options()
        options.major = major
        options.tls = .off
        // Each test connects a dozen times, and SCRAM takes its time.
        options.authenticationMethod = .trust
        options.settings = [
            "wal_level": "logical", "max_prepared_transactions": "10", "logical_decoding_work_mem": "64kB",
            "max_wal_senders": "10", "max_replication_slots": "10", "autovacuum": "off",
        ]
        return try await LocalPostgres.start(options)
    }
}

/// One of them, as the argument of a test.
enum LogicalServer: Int, CaseIterable, Sendable, CustomTestStringConvertible {
    case postgres15 = 15
    case postgres17 = 17
    case postgres18 = 18

    var testDescription: String { "postgres\(rawValue)" }

    var cluster: LocalPostgres {
        get async throws {
            switch self {
            case .postgres15: try await LogicalServers.postgres15.value
            case .postgres17: try await LogicalServers.postgres17.value
            case .postgres18: try await LogicalServers.postgres18.value
            }
        }
    }

    /// Runs `body` with a database of its own, in which `script` was run.
    func withDatabase(_ script: String, _ body: (Publisher) async throws -> Void) async throws {
        let name = "publisher_\(UInt32.random(in: 0 ... .max))"
        let cluster = try await Connection.Configuration(cluster.connectionURI)
        var own = cluster
        own.database = name
        try await Connection.withConnection(cluster) { server in
            try await server.execute("CREATE DATABASE \(identifier: name)")
            try await Connection.withConnection(own) { db in
                try await db.execute(script: script)
                try await body(Publisher(db: db, server: server, configuration: own, slot: name))
            }
            // Temporary ones are gone with their connections.
            try await server.wait(
                for: "SELECT count(*) = 0 FROM pg_replication_slots WHERE database = \(name) AND active")
            try await server.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = \(name)")
            try await server.execute("DROP DATABASE \(identifier: name) WITH (FORCE)")
        }
    }
}

/// A database whose changes are replicated.
struct Publisher: Sendable {
    /// A connection to it, and one to another database of the server.
    let db: Connection
    let server: Connection
    let configuration: Connection.Configuration
    /// A name that no other test takes.
    let slot: String

    func createSlot(_ options: ReplicationSlotOptions = .init()) async throws {
        try await ReplicationConnection.withConnection(configuration) { try await $0.createSlot(slot, options) }
    }

    /// Streams from the slot, and from the publication `p`.
    func replicate<R>(
        _ options: Replication.Options = .quick, through configuration: Connection.Configuration? = nil,
        _ body: (Replication) async throws -> R
    ) async throws -> R {
        try await Connection.replicate(
            from: slot, publications: ["p"], configuration ?? self.configuration, options, body)
    }

    /// All events until one says that it is the last, which is sent by this.
    func events(_ options: Replication.Options = .quick) async throws -> [ReplicationEvent] {
        var options = options
        options.messages = true
        _ = try await db.fetchAll("SELECT pg_logical_emit_message(false, 'test', 'last')::text", as: String.self)
        return try await replicate(options) { replication in
            var events: [ReplicationEvent] = []
            for try await event in replication {
                if case .change(.message(let message)) = event.content, message.isLast { break }
                events.append(event)
            }
            return events
        }
    }

    /// The changes of all transactions that have committed.
    func changes(_ options: Replication.Options = .quick) async throws -> [String] {
        try await events(options).compactMap { event in
            if case .change(let change) = event.content { change.words } else { nil }
        }
    }

    /// Waits until nobody uses the slot.
    func waitUntilFree() async throws {
        try await server.wait(for: "SELECT NOT active FROM pg_replication_slots WHERE slot_name = \(slot)")
    }

    /// Up to where the server knows that the slot's consumer is.
    func confirmed() async throws -> LogSequenceNumber {
        try await server.fetchOne(
            "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = \(slot)", as: LogSequenceNumber.self
        )
    }

    /// Ends the server process that streams.
    func terminate() async throws {
        try await server.execute(
            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = \(slot) AND active")
    }
}

extension Replication.Options {
    /// Reconnects without long pauses.
    static var quick: Self {
        var options = Self()
        options.pauses = .milliseconds(5)...(.milliseconds(100))
        return options
    }
}

extension LogicalMessage {
    var isLast: Bool { !isTransactional && prefix == "test" && content == Array("last".utf8) }
}

extension TransactionEvent {
    /// The changes of a transaction, in words.
    var words: [String] {
        if case .transaction(let transaction) = self { transaction.changes.map(\.words) } else { [] }
    }
}

extension ReplicatedChange {
    /// The change in words: `insert t(1, NULL, …)`.
    var words: String {
        switch self {
        case .insert(let row): "insert \(row.relation.name)\(row.words)"
        case .update(let old, let new):
            "update \(new.relation.name)\(old.map { "\($0.words) to " } ?? "")\(new.words)"
        case .delete(let row): "delete \(row.relation.name)\(row.words)"
        case .truncate(let truncation):
            "truncate \(truncation.relations.map { "\($0.name)" }.joined(separator: ", "))"
                + (truncation.cascades ? " cascade" : "") + (truncation.restartsIdentity ? " restart" : "")
        case .message(let message):
            "message \(message.prefix) \(String(decoding: message.content, as: UTF8.self))"
        }
    }
}

extension ReplicatedRow {
    /// All values.
    var words: String {
        let values = relation.columns.indices.map { index in
            switch self[index] {
            case .null: "NULL"
            case .unchanged: "unchanged"
            case .notKey: "-"
            case .text(let text): text
            case .binary(let bytes): "\(bytes)"
            case nil: "?"
            }
        }
        return "(\(values.joined(separator: ", ")))"
    }
}
