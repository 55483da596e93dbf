import LocalPostgres
import PGWire
import Testing

extension Live {
    /// The commands of the replication protocol.
    @Suite struct ReplicationCommands {
        @Test(arguments: LogicalServer.allCases) func slots(_ server: LogicalServer) async throws {
            try await server.withDatabase("CREATE TABLE t (a int); INSERT INTO t VALUES (1)") { publisher in
                try await ReplicationConnection.withConnection(publisher.configuration) { db in
                    #expect(db.serverVersion == server.rawValue)
                    let system = try await db.identifySystem()
                    #expect(system.database == publisher.slot)
                    #expect(system.timeline == 1)
                    #expect(UInt64(system.systemIdentifier) != nil)
                    var options = ReplicationSlotOptions()
                    options.snapshot = .export
                    let created = try await db.createSlot(publisher.slot, options)
                    #expect(created.name == publisher.slot)
                    #expect(created.plugin == "pgoutput")
                    #expect(created.consistentPoint > LogSequenceNumber(rawValue: 0))
                    // What comes later is not in the snapshot.
                    let snapshot = try #require(created.snapshotName)
                    try await publisher.db.execute("INSERT INTO t VALUES (2)")
                    try await publisher.db.transaction(isolation: .repeatableRead) { tx in
                        try await tx.execute("SET TRANSACTION SNAPSHOT \(raw: LiveServers.quoted(snapshot))")
                        #expect(try await tx.fetchAll("SELECT a FROM t", as: Int.self) == [1])
                    }
                    let again = try await serverFailure { try await db.createSlot(publisher.slot) }
                    #expect(again.sqlState == .duplicateObject)
                    #expect(again.description.contains("dropSlot"))
                    try await db.dropSlot(publisher.slot, wait: true)
                    let gone = try await serverFailure { try await db.dropSlot(publisher.slot) }
                    #expect(gone.sqlState == .undefinedObject)
                }
            }
        }

        @Test(arguments: LogicalServer.allCases) func kindsOfSlots(_ server: LogicalServer) async throws {
            try await server.withDatabase("CREATE TABLE t (a int); INSERT INTO t VALUES (1)") { publisher in
                try await ReplicationConnection.withConnection(publisher.configuration) { db in
                    var options = ReplicationSlotOptions()
                    options.isTemporary = true
                    options.snapshot = .use
                    options.twoPhase = true
                    try await db.execute(script: "BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ")
                    #expect(try await db.createSlot("\(publisher.slot)_t", options).snapshotName == nil)
                    try await publisher.db.execute("INSERT INTO t VALUES (2)")
                    let rows = try await db.execute(script: "SELECT a FROM t; COMMIT")
                    #expect(try rows[0].rows.map { try $0.decode(0, as: Int.self) } == [1])
                    let slot = try await publisher.server.fetchOne(
                        "SELECT temporary, two_phase FROM pg_replication_slots WHERE slot_name = \(publisher.slot + "_t")",
                        as: (Bool, Bool).self)
                    #expect(slot == (true, true))
                    var failover = ReplicationSlotOptions()
                    failover.failover = true
                    if server == .postgres15 {
                        let error = try await failure { try await db.createSlot("f", failover) }
                        #expect(
                            "\(error)" == "failover is known from PostgreSQL 17 on, and the server is PostgreSQL 15")
                    } else {
                        try await db.createSlot(publisher.slot, failover)
                        #expect(
                            try await publisher.server.fetchOne(
                                "SELECT failover FROM pg_replication_slots WHERE slot_name = \(publisher.slot)",
                                as: Bool.self))
                    }
                    let physical = "\(publisher.slot)_p"
                    try await publisher.server.execute("SELECT pg_create_physical_replication_slot(\(physical), true)")
                    let read = try #require(try await db.readSlot(physical))
                    #expect(read.restartLSN ?? .init(rawValue: 0) > .init(rawValue: 0))
                    #expect(read.timeline == 1)
                    #expect(try await db.readSlot("\(publisher.slot)_x") == nil)
                    try await db.dropSlot(physical)
                }
                // The temporary one is gone with the connection.
                try await publisher.server.wait(
                    for: "SELECT count(*) = 0 FROM pg_replication_slots WHERE slot_name = \(publisher.slot + "_t")")
            }
        }

        @Test(arguments: ["", "Feed", "a-b", "ü", "a\"b", String(repeating: "a", count: 64), "a\u{0}"])
        func impossibleNames(_ name: String) async throws {
            let configuration = Connection.Configuration(host: "192.0.2.1", user: "u", tls: .disabled)
            let error = try await failure {
                try await Connection.replicate(from: name, publications: ["p"], configuration) { _ in }
            }
            #expect("\(error)".contains("cannot be a replication slot's name"))
        }
    }
}
