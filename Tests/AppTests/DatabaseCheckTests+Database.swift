import LocalPostgres
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

/// What is wrong behind the login: with roles, rights and the schema.
extension DatabaseCheckTests {
    @Test func aServerThatTakesNoChanges() async throws {
        let configuration = try await cluster.makeDatabase()
        let name = configuration.database ?? ""
        try await Connection.withConnection(configuration) { db in
            try await db.execute("ALTER DATABASE \(identifier: name) SET default_transaction_read_only = on")
        }
        try await problems(
            ["DB_NAME": name], stage: "query", cause: "set to read only", remedy: "use the primary's host")
    }

    @Test func theAddressIsNotAllowed() async throws {
        var options = LocalPostgres.Options()
        options.major = 15
        options.hbaLines = ["host all locked all reject", "hostssl all sealed all scram-sha-256"]
        let server = try await LocalPostgres.start(options)
        let other = server.configuration(database: server.database).settings()
        try await Connection.withConnection(server.configuration(database: server.database)) { db in
            try await db.execute(script: "CREATE ROLE locked LOGIN PASSWORD 'x'; CREATE ROLE sealed LOGIN PASSWORD 'x'")
        }
        let locked = other.merging(["DB_USER": "locked"]) { $1 }
        try await problems(
            locked, stage: "authentication", cause: "does not exist, or may not log in", remedy: "correct DB_USER")
        await server.stop()
    }

    @Test func tooManyConnections() async throws {
        var options = LocalPostgres.Options()
        options.major = 15
        options.settings = ["max_connections": "4", "superuser_reserved_connections": "0", "max_wal_senders": "0"]
        let server = try await LocalPostgres.start(options)
        let configuration = server.configuration(database: server.database)
        var held: [Connection] = []
        for _ in 1...4 { held.append(try await Connection.connect(configuration)) }
        try await problems(
            configuration.settings(), stage: "authentication", cause: "as the server (max_connections)",
            remedy: "DB_PORT=6543")
        for connection in held { await connection.close() }
        await server.stop()
    }

    @Test func aRoleWithoutRights() async throws {
        let database = try await cluster.makeDatabase()
        let role = "bare_\(UInt64.random(in: 0...UInt64.max))"
        try await Connection.withConnection(database) { db in
            try await db.execute(
                script: """
                    CREATE ROLE \(role) LOGIN PASSWORD 'x'; REVOKE CONNECT ON DATABASE \(database.database ?? "") FROM PUBLIC
                    """)
        }
        try await problems(
            database.settings().merging(["DB_USER": role, "DB_PASSWORD": "x"]) { $1 }.filter { $0.key != "" },
            stage: "authentication", cause: "lacks a right", remedy: "GRANT it CONNECT")
    }

    @Test func schemaThatIsBehind() async throws {
        let empty = try await cluster.makeDatabase().settings()
        let text = try await problems(
            empty, stage: "revision", cause: "newer than the schema", remedy: "scribe-app migrate upgrade")
        #expect(text.contains("target database is not up to date: it is at <base>, 10 revisions behind bbddd04b993d"))
    }

    @Test func schemaThatIsAhead() async throws {
        let configuration = try await cluster.makeDatabase()
        try await Connection.withConnection(configuration) { db in
            try await db.execute(
                script: """
                    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
                    INSERT INTO alembic_version VALUES ('fffffffffff1')
                    """)
        }
        try await problems(
            configuration.settings(), stage: "revision", cause: "newer than this program", remedy: "deploy the newer")
        try await Connection.withConnection(configuration) { db in
            try await db.execute(
                script: """
                    TRUNCATE alembic_version; INSERT INTO alembic_version VALUES ('bbddd04b993d'), ('4c1052b2c70b')
                    """)
        }
        try await problems(
            configuration.settings(), stage: "revision", cause: "several rows", remedy: "delete the other rows")
    }

    /// A wrong port for the mode is no failure, but said.
    @Test func theModeIsToldFromThePort() async throws {
        let configuration = try await cluster.makeDatabase()
        let migrated = try await ScribeProcess.run(["migrate", "upgrade"], configuration.settings())
        #expect(migrated.status == 0)
        let direct = try await ScribeProcess.run(["db", "check"], configuration.settings())
        #expect(direct.output.contains("ok       mode            no pooler"), "\(direct.output)")
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        let pooled = try await ScribeProcess.run(["db", "check"], configuration.settings(port: pooler.port))
        #expect(pooled.output.contains("warning  mode            there is a pooler, and DB_PORT"), "\(pooled.output)")
        #expect(pooled.status == 0, "\(pooled.problems)")
        await pooler.stop()
    }
}
