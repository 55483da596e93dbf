import FoundationEssentials
import LocalPostgres
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

/// Every command, as superuser, in a database whose search path leads through somebody else's traps: none is sprung.
@Suite(.timeLimit(.minutes(5))) struct HostileSchemaTests {
    /// A command, and whether it must succeed. What is declared is the users' SQL, which means in such a database what the
    /// database makes of it: comparing may find differences there.
    private static let commands: [(arguments: [String], mustSucceed: Bool)] = [
        (["db", "check"], true), (["db", "info"], true), (["db", "info", "--json"], true),
        (["db", "backup", "--force", "hostile.sql"], true), (["migrate", "current", "--check-heads"], true),
        (["migrate", "check"], false),
        (["migrate", "revision", "-m", "x", "--autogenerate", "--directory", "."], false),
        (["migrate", "stamp", "head"], true), (["migrate", "downgrade", "-1"], true),
        (["migrate", "upgrade", "head"], true),
        (["db", "restore", "--replace", "clean.sql"], true), (["db", "reset", "--yes"], false),
        (["migrate", "history"], true), (["migrate", "heads"], true),
    ]

    @Test(arguments: [15, 17, 18]) func nothingIsSprung(major: Int) async throws {
        var options = LocalPostgres.Options()
        options.major = major
        options.tls = .available
        let cluster = try await LocalPostgres.start(options)
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        try await withTemporaryDirectory { directory in
            let site = BackupSite(cluster: cluster, pooler: pooler, directory: directory)
            for file in RevisionGraph.files {
                try Data(file.bytes).write(to: URL(filePath: "\(directory)/\(file.name)"))
            }
            for isPooled in [false, true] {
                let database = try await site.makeDatabase()
                let direct = cluster.configuration(database: database)
                let settings = isPooled ? site.settings(database) : direct.settings()
                let prepared = try await ScribeProcess.run(["migrate", "upgrade"], settings)
                #expect(prepared.status == 0, "\(prepared.problems)")
                try await Connection.withConnection(direct) { db in
                    try await db.execute(
                        script: """
                            INSERT INTO users (id, email, generation_count, template_count)
                            VALUES (gen_random_uuid(), 'ada@example.org', 0, 0);
                            CREATE SEQUENCE counter; SELECT nextval('counter');
                            """)
                }
                _ = try await ScribeProcess.run(["db", "backup", "--force", "clean.sql"], settings, in: directory)
                let counts = try await Connection.withConnection(direct) { try await HostileSchema.install($0) }
                // The trap is one.
                try await Connection.withConnection(direct) { db in
                    for sql: SQL in [
                        "SELECT format('%s', 'x'::text)", "SELECT 'a'::name = 'b'::text", "TABLE pg_class",
                    ] {
                        let error = await #expect(throws: PostgresError.self) { try await db.execute(sql) }
                        #expect("\(error, default: "")".contains(HostileSchema.mark))
                    }
                }
                let before = try Self.log(of: cluster).count
                for (arguments, mustSucceed) in Self.commands {
                    let outcome = try await ScribeProcess.run(arguments, settings, in: directory)
                    if mustSucceed { #expect(outcome.status == 0, "\(major) \(arguments): \(outcome.problems)") }
                    #expect(
                        !outcome.problems.contains(HostileSchema.mark), "\(major) \(arguments): \(outcome.problems)")
                }
                let log = try Self.log(of: cluster).dropFirst(before)
                let sprung = log.split(separator: "\n").filter { $0.contains(HostileSchema.mark) }
                #expect(sprung.isEmpty, "\(major): \(Set(sprung.map { $0.suffix(60) }).sorted().prefix(9))")
                print("hostile schema, PostgreSQL \(major), \(isPooled ? "pooled" : "direct"): \(counts) names trapped")
                #expect(counts["functions", default: 0] > 60 && counts["catalogs", default: 0] > 20)
            }
        }
        await pooler.stop()
        await cluster.stop()
    }

    private static func log(of cluster: LocalPostgres) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(cluster.directory)/server.log")), as: UTF8.self)
    }
}
