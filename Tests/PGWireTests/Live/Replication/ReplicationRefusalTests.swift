import LocalPostgres
import PGWire
import Testing

extension Live {
    /// Who cannot replicate is told what to do.
    @Suite struct ReplicationRefusals {
        private static let script = "CREATE TABLE t (a int PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t"

        @Test(arguments: [LiveServer.postgres15, .postgres17, .postgres18])
        func theLogLacksWhatIsNeeded(_ server: LiveServer) async throws {
            let configuration = try await Connection.Configuration(server.cluster.connectionURI)
            try await ReplicationConnection.withConnection(configuration) { db in
                let error = try await serverFailure { try await db.createSlot("never") }
                #expect(error.sqlState == .objectNotInPrerequisiteState)
                #expect(error.description.contains("ALTER SYSTEM SET wal_level = 'logical'"))
            }
        }

        @Test func poolers() async throws {
            var configuration = Connection.Configuration(host: "192.0.2.1", port: 6543, user: "u", tls: .disabled)
            func refused(_ reason: String) async throws {
                let error = try await failure {
                    try await Connection.replicate(from: "s", publications: ["p"], configuration) { _ in }
                }
                #expect("\(error)".hasPrefix("replication needs the server itself, and "))
                #expect("\(error)".contains(reason), "\(error)")
            }
            try await refused("port 6543 is that of Supabase's transaction pooler")
            configuration.endpoints[0].port = 5432
            configuration.poolerMode = .session
            try await refused("the configuration says so")
            configuration = try await LiveServer.pgBouncer.configuration
            try await refused("startup parameter")
        }

        @Test(arguments: LogicalServer.allCases) func slotsAndPublications(_ server: LogicalServer) async throws {
            try await server.withDatabase(Self.script) { publisher in
                let missing = try await serverFailure { try await publisher.replicate { _ in } }
                #expect(missing.sqlState == .undefinedObject)
                #expect(missing.description.contains("createSlot(\"\(publisher.slot)\")"))
                try await publisher.createSlot()
                let unknown = try await failure {
                    try await Connection.replicate(
                        from: publisher.slot, publications: ["p", "q \"'\\ü"], publisher.configuration
                    ) { _ in }
                }
                #expect(
                    "\(unknown)".hasPrefix("there is no publication \"q \"\"'\\ü\" in the database: CREATE PUBLICATION")
                )
                try await publisher.replicate { _ in
                    let used = try await serverFailure { try await publisher.replicate { _ in } }
                    #expect(used.sqlState == .objectInUse)
                    #expect(used.description.contains("each consumer needs a slot of its own"))
                }
                for names: [SQLIdentifier] in [[], [""], [SQLIdentifier(String(repeating: "x", count: 64))]] {
                    let error = try await failure {
                        try await Connection.replicate(from: "s", publications: names, publisher.configuration) { _ in }
                    }
                    guard case .usage = error else { throw error }
                }
                var options = Replication.Options()
                options.protocolVersion = 1
                options.streaming = .on
                let old = try await failure { try await publisher.replicate(options) { _ in } }
                #expect("\(old)" == "streaming 'on' needs version 2 of pgoutput's protocol, and 1 was asked for")
                options.protocolVersion = server == .postgres15 ? 4 : 5
                let new = try await failure { try await publisher.replicate(options) { _ in } }
                #expect("\(new)".contains(server == .postgres15 ? "up to version 3, and not 4" : "1 to 4, and not 5"))
            }
        }

        @Test(arguments: [LogicalServer.postgres15, .postgres18]) func roles(_ server: LogicalServer) async throws {
            try await server.withDatabase(Self.script) { publisher in
                let role = "r\(publisher.slot)"
                try await publisher.server.execute(
                    script: "SET password_encryption = 'scram-sha-256'; CREATE ROLE \(role) LOGIN PASSWORD 'x'")
                var configuration = publisher.configuration
                configuration.user = role
                configuration.password = Secret("x")
                let error = try await serverFailure {
                    try await ReplicationConnection.withConnection(configuration) { _ in }
                }
                #expect(error.sqlState == .insufficientPrivilege)
                #expect(error.description.contains("ALTER ROLE \"\(role)\" REPLICATION"))
                try await publisher.server.execute(script: "ALTER ROLE \(role) REPLICATION")
                try await publisher.createSlot()
                try await Connection.replicate(from: publisher.slot, publications: ["p"], configuration) { _ in }
                try await publisher.server.execute(script: "DROP ROLE \(role)")
            }
        }

        /// The server has removed what the slot was to keep.
        @Test(arguments: [LogicalServer.postgres15, .postgres18]) func lostSlots(_ server: LogicalServer) async throws {
            try await server.withDatabase(Self.script) { publisher in
                try await publisher.createSlot()
                let db = publisher.server
                try await db.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'")
                try await db.execute("SELECT pg_reload_conf()")
                for round in 0..<4 {
                    try await publisher.db.execute("INSERT INTO t VALUES (\(round))")
                    try await db.execute("SELECT pg_switch_wal()")
                }
                try await db.execute("CHECKPOINT")
                try await db.wait(
                    for: "SELECT wal_status = 'lost' FROM pg_replication_slots WHERE slot_name = \(publisher.slot)")
                try await db.execute("ALTER SYSTEM RESET max_slot_wal_keep_size")
                try await db.execute("SELECT pg_reload_conf()")
                let error = try await serverFailure { try await publisher.replicate { _ in } }
                #expect(error.sqlState == .objectNotInPrerequisiteState)
                #expect(error.description.contains("drop the slot, make another, and copy the tables anew"))
            }
        }
    }
}
