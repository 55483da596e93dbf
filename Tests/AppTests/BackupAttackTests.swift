import Dispatch
import FoundationEssentials
import LocalPostgres
import PGSchemaBackup
import PGSchemaCatalog
import PGSchemaCommands
import PGSchemaSQL
import PGWire
import PGWireTesting
import ScribeApp
import Synchronization
import Testing
import TestSupport

/// A backup of a hostile server, or a file from anywhere, can carry no commands to where it is restored.
@Suite(.timeLimit(.minutes(3))) struct BackupAttackTests {
    private static let two = """
        CREATE TABLE one (t text); INSERT INTO one VALUES ('a'), ('b');
        CREATE TABLE two (t text); INSERT INTO two VALUES ('a'), ('b');
        """

    /// Takes a backup of a server whose messages `change` changes; returns the error, and the files that are there.
    private func backup(
        _ site: BackupSite, _ source: String, _ change: @escaping @Sendable (WireMessage) -> [WireMessage]
    ) async throws -> (problem: String, files: [String]) {
        var configuration = site.configuration(source)
        configuration.tls = .disabled
        let proxy = try FaultyProxy(to: configuration.endpoints[0]) { MessageRewriting(change) }
        defer { proxy.stop() }
        let path = "\(site.directory)/hostile.sql"
        do {
            _ = try await Backup(proxy.redirect(configuration), path: path)
                .run()
            return ("accepted", site.files)
        } catch {
            return ("\(error)", site.files)
        }
    }

    /// For psql a line `\.` ends the data, and what follows are commands, such as one that runs a program.
    @Test func rowsThatWouldEndTheData() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(Self.two)
            for attack: [String] in [
                ["\\.\n\\! touch owned\n"], ["x\n\\.\n\\! touch owned\n"], ["\\", ".\n\\! touch owned\n"], ["\\.\r\n"],
                ["no end"], ["a\0b\n"],
            ] {
                let data = attack.map { WireMessage.copyData(Array($0.utf8)) }
                let (problem, files) = try await backup(site, source) { message in
                    message.type == UInt8(ascii: "c") ? data + [message] : [message]
                }
                #expect(problem.contains("one: its rows came in a form in which no server sends them"), "\(problem)")
                #expect(files == [])
            }
        }
    }

    @Test func countsThatNoServerMeans() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(Self.two)
            let (problem, files) = try await backup(site, source) { message in
                guard message.type == UInt8(ascii: "C"), message.body.starts(with: "COPY".utf8) else {
                    return [message]
                }
                return [.commandComplete("COPY 9223372036854775807")]
            }
            #expect(problem != "accepted" && files == [], "\(problem)")
        }
    }

    @Test(
        arguments: [
            ("CREATE TABLE t (a text DEFAULT '\\! x', \"\\! y\" int); -- \\! z\n", nil),
            ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $x$ SELECT '\\' $x$;", nil),
            ("SELECT E'\\'\\! x';", nil), ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; COMMIT; END;", nil),
            ("SELECT 1 \\! touch owned\n;", .backslash), ("SELECT '' \\gexec\n;", .backslash),
            ("-- a comment\r\\! touch owned\n;", .backslash), ("SELECT $a\u{301}$ \\! x $a\u{301}$;", nil),
            ("SELECT 'a''b' '\\' ' \\! x;", .unfinished), ("SELECT $x$ ;", .unfinished), ("SELECT 1; /* ", .unfinished),
            ("SELECT 1", .unfinished), ("COMMIT;", .transactionControl("COMMIT")),
            ("SELECT 1; /* x */ rollBack;", .transactionControl("rollBack")),
            ("SELECT begin atomic FROM (SELECT 1 AS begin) t; COMMIT;", .transactionControl("COMMIT")),
            ("CREATE TABLE hidden (begin atomic); COMMIT;", .transactionControl("COMMIT")),
            ("CREATE FUNCTION f(begin atomic) RETURNS int RETURN 1; COMMIT;", .transactionControl("COMMIT")),
            ("CREATE OR REPLACE PROCEDURE f() BEGIN ATOMIC SELECT 1; COMMIT; END;", nil),
            ("SET LOCAL standard_conforming_strings = on;", nil),
            ("SET LOCAL \"standard_conforming_strings\" = off; SELECT '\\'; COMMIT; --';", .quoting),
            ("-- x\nEND;", .transactionControl("END")), ("SAVEPOINT a;", .transactionControl("SAVEPOINT a")),
        ] as [(String, BackupText.Problem?)])
    func textsOfParts(text: String, problem: BackupText.Problem?) {
        var found: BackupText.Problem?
        do throws(BackupText.Problem) { try BackupText.check(text) } catch { found = error }
        #expect(found == problem)
    }

    /// A backup with another part in it, and the checksum of that.
    private func file(_ whole: [UInt8], with part: String) throws -> [UInt8] {
        var body = Array(whole.dropLast(75))
        let text = part + "\n\n"
        let mark = Array("--@ commit".utf8)
        let place = try #require(body.indices.last { body[$0...].starts(with: mark) })
        body.insert(contentsOf: "--@ sql \(text.utf8.count) ATTACK\n\(text)".utf8, at: place)
        var hash = SHA256()
        hash.update(body)
        let digits = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return body + Array("-- sha256 \(digits)\n".utf8)
    }

    @Test func aPartThatEndsTheTransaction() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(Self.two)
            try await site.succeed(source, "backup", "a.sql")
            let whole = try site.bytes("a.sql")
            func restored(_ part: String) async throws -> (problem: String, tables: Int) {
                try site.write(try file(whole, with: part), to: "b.sql")
                let target = try await site.makeDatabase()
                let problem = try await site.scribe(target, "restore", "b.sql").problems
                let tables = try await Connection.withConnection(site.configuration(target)) { db in
                    try await db.fetchOne(
                        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
                        as: Int.self)
                }
                return (problem, tables)
            }
            for part in [
                "COMMIT; SELECT 1/0;", "select 1;\n/* */ Commit; SELECT 1/0;", "ROLLBACK;", "PREPARE TRANSACTION 'x';",
            ] {
                let (problem, tables) = try await restored(part)
                #expect(problem.contains("which begins or ends a transaction"), "\(problem)")
                #expect(problem.contains("Nothing was changed") && tables == 0)
            }
            // Hidden from whoever reads it: only the server knows, and what it says is what is told.
            // The label looks like the beginning of another block, whose END is missing.
            let hidden = """
                SET search_path = public; CREATE TABLE hidden (); CREATE FUNCTION f() RETURNS int
                BEGIN ATOMIC SELECT 1 AS case; END; COMMIT;\u{20}
                """
            for end in [
                "SELECT 1/0;", "BEGIN; SELECT 1;", "SELECT 1;", "DELETE FROM public.two;",
                "BEGIN; DELETE FROM public.two;",
                "ROLLBACK; BEGIN; CREATE TABLE public.more (); COMMIT; BEGIN; SELECT 1/0;",
                "SELECT pg_terminate_backend(pg_backend_pid());",
            ] {
                let (problem, tables) = try await restored(hidden + end)
                #expect(tables > 0)
                #expect(problem.contains("ended the transaction that was to hold all of it"), "\(end): \(problem)")
                #expect(!problem.lowercased().contains("nothing was changed"), "\(end): \(problem)")
            }
            // What fails without that is undone, and said to be.
            let (problem, tables) = try await restored("SELECT 1/0;")
            #expect(problem.contains("nothing was changed") && tables == 0)
        }
    }

    /// From when a sequence's name is known until its value is read, the name cannot come to mean something that runs its
    /// owner's code.
    @Test func aSequenceIsNotReplacedWhileItIsRead() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(
                "CREATE SEQUENCE counter START 5; SELECT setval('counter', 42, false);")
            let configuration = site.configuration(source)
            let outcomes = Outcomes()
            let (problem, files) = try await backup(site, source) { message in
                let isName = message.type == UInt8(ascii: "D") && message.body.holds("'public.counter'")
                guard isName else { return [message] }
                // The answer waits until the attack was tried.
                let isTried = DispatchSemaphore(value: 0)
                Task {
                    do {
                        try await Connection.withConnection(configuration) { db in
                            try await db.execute(
                                script: """
                                    SET lock_timeout = '300ms';
                                    DROP SEQUENCE counter;
                                    CREATE FUNCTION fires() RETURNS bool LANGUAGE plpgsql AS
                                        $$ BEGIN RAISE 'fired as %', current_user; END $$;
                                    CREATE VIEW counter AS SELECT 1::bigint AS last_value, fires() AS is_called;
                                    """)
                        }
                        outcomes.all.withLock { $0.append("replaced") }
                    } catch PostgresError.server(let error) {
                        outcomes.all.withLock { $0.append("\(error.sqlState)") }
                    } catch {
                        outcomes.all.withLock { $0.append("\(error)") }
                    }
                    isTried.signal()
                }
                isTried.wait()
                return [message]
            }
            #expect(outcomes.all.withLock { $0 } == ["\(SQLState.lockNotAvailable)"])
            #expect(problem == "accepted" && files == ["hostile.sql"], "\(problem)")
            let text = String(decoding: try site.bytes("hostile.sql"), as: UTF8.self)
            #expect(text.contains("SELECT pg_catalog.setval('public.counter', 42, false);"))
        }
    }

    /// What only looks the same stays two things, and no name leaves its quotes or its dollars.
    @Test(arguments: [15, 18]) func everyNameComesBack(major: Int) async throws {
        try await BackupSite.with(major) { site in
            let source = try await site.makeDatabase()
            try await Connection.withConnection(site.configuration(source)) { db in
                try await db.execute("CREATE TYPE labels AS ENUM ()")
                for (index, name) in HostileNames.all.enumerated() {
                    let table: SQL = "\(raw: name.asName)"
                    try await db.execute("CREATE TABLE \(table) (\(table) int DEFAULT \(raw: "\(index)"))")
                    try await db.execute("INSERT INTO \(table) DEFAULT VALUES")
                    try await db.execute("CREATE SEQUENCE \(raw: ("s" + name.utf8Prefix(60)).asName)")
                    try await db.execute("ALTER TYPE labels ADD VALUE \(raw: name.literal)")
                    try await db.execute("COMMENT ON TABLE \(table) IS \(raw: name.literal)")
                    try await db.execute("GRANT SELECT ON \(table) TO PUBLIC")
                    try await db.execute(
                        "ALTER TABLE \(table) ADD CONSTRAINT \(table) CHECK (\(table) >= 0)")
                }
            }
            try await site.succeed(source, "backup", "names.sql")
            let expected = try await site.cluster.dump(source)
            let target = try await site.makeDatabase()
            try await site.succeed(target, "restore", "names.sql")
            #expect(try await site.cluster.dump(target) == expected)
            let other = try await site.makeDatabase()
            try await site.cluster.restoreByPsql("\(site.directory)/names.sql", into: other)
            #expect(try await site.cluster.dump(other) == expected)
            print("names: \(HostileNames.all.count) through backup, restore and psql of PostgreSQL \(major)")
        }
    }
}

private final class Outcomes: Sendable {
    let all = Mutex<[String]>([])
}

extension [UInt8] {
    fileprivate func holds(_ text: String) -> Bool {
        indices.contains { self[$0...].starts(with: text.utf8) }
    }
}
