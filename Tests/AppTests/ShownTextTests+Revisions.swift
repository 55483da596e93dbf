import FoundationEssentials
import LocalPostgres
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Files of revisions, whatever they hold.
extension ShownTextTests {
    /// A line of a header: all can stand in it but what ends it.
    private static let title = HostileText.text.replacing("\r\n", with: " ")

    private static let revision = """
        -- revision: aaaa00000001
        -- down_revision: base
        -- created: \(title)
        -- title: \(title)
        -- lint: allow all because \(title)
        -- test: allow \(title)

        -- up
        CREATE TABLE IF NOT EXISTS things (id int PRIMARY KEY, "\(title)" text DEFAULT E'\(title)');
        SELECT '\(HostileText.all)' AS "\(title)";
        """

    @Test func filesOfRevisions() async throws {
        for id in ["a\u{1B}", "a\u{9B}", "a\u{202E}", "a,\u{301}"] { #expect(!Revision.isID(id)) }
        let configuration = try await TestServers.shared.cluster(major: 15).makeDatabase()
        let bad =
            "DO $$ BEGIN RAISE NOTICE USING MESSAGE = \(HostileText.literal); RAISE EXCEPTION USING MESSAGE = "
            + "\(HostileText.literal), DETAIL = \(HostileText.literal), HINT = \(HostileText.literal); END $$;\n"
        let down = "-- down\n/* \(Self.title) */ DROP TABLE things;\n"
        let files: [(name: String, text: String, fails: Bool)] = [
            ("1\(Self.title).sql", Self.revision + "\n" + down, false),
            ("2.sql", Self.revision.replacing("-- up", with: "-- irreversible: \(Self.title)\n\n-- up"), false),
            ("3.sql", Self.revision + "\n" + bad + down, true),
            (
                "4.sql",
                Self.revision.replacing("-- title", with: "-- transaction: none\n-- title") + "\n" + bad + down, true
            ),
            ("5\(Self.title).sql", Self.revision.replacing("aaaa00000001", with: "a\(Self.title)"), true),
            ("6.sql", Self.revision.replacing("base", with: Self.title), true),
            ("7.sql", Self.revision.replacing("-- title", with: "-- transaction: \(Self.title)\n-- title"), true),
            ("8\(Self.title).sql", "\u{1B}", true), ("9\(Self.title).sql", Self.revision + "\n\\! \(Self.title)", true),
        ]
        for (name, text, _) in files {
            try await withTemporaryDirectory { directory in
                let inner = "\(directory)/\(HostileText.text)"
                try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
                try Data(text.utf8).write(to: URL(filePath: "\(inner)/\(name)"))
                for arguments in [
                    ["history"], ["history", "--verbose"], ["history", "--json"], ["heads"], ["heads", "-v"],
                    ["heads", "--json"], ["branches"], ["current"], ["show", "head"], ["show", "head", "--json"],
                    ["upgrade"], ["current"], ["current", "-v"], ["downgrade"], ["upgrade", "--verbose"], ["downgrade"],
                    ["upgrade", "--json"], ["stamp", "base", "--purge"],
                ] {
                    let outcome = try await ScribeProcess.run(
                        ["migrate"] + arguments + ["--directory", inner], configuration.settings())
                    // Statements are shown with their line breaks.
                    let isShown = !["show", "upgrade"].contains(arguments[0])
                    HostileText.expectShown(
                        isShown ? outcome : outcome.withoutStatements, of: arguments + [name], isThere: false,
                        isJSON: arguments.contains("--json") && outcome.status == 0)
                }
                try await Connection.withConnection(configuration) { db in
                    try await db.execute(script: "DROP TABLE IF EXISTS things, alembic_version")
                }
            }
        }
    }

    @Test func lintAndTest() async throws {
        try await withTemporaryDirectory { directory in
            for (name, text) in [
                ("1\(Self.title).sql", Self.revision + "\n-- down\nDROP TABLE things;"),
                ("2.sql", Self.revision + "\nSELECT \(HostileText.literal)::int;\n-- down\nDROP TABLE things;"),
                ("3.sql", Self.revision + "\n-- down\nSELECT 1;"),
            ] {
                let inner = "\(directory)/\(name.prefix(1))\(HostileText.text)"
                try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
                try Data(text.utf8).write(to: URL(filePath: "\(inner)/\(name)"))
                let cluster = try await TestServers.shared.cluster(major: 15)
                let database = try await cluster.makeDatabase().database ?? ""
                let url =
                    "postgres://\(cluster.user)@127.0.0.1:\(cluster.port)/\(database)?sslmode=disable"
                for arguments in [["lint", "head"], ["lint", "head", "--json"], ["test"], ["test", "--json"]] {
                    let all = ["migrate"] + arguments + ["--directory", inner, "--scratch-url", url]
                    let outcome = try await ScribeProcess.run(all, ["SCRATCH_PASSWORD": cluster.password])
                    HostileText.expectShown(
                        outcome, of: arguments + [name], isJSON: arguments.contains("--json"))
                }
            }
        }
    }

    /// A script is as its files are, but for its comments.
    @Test func aScriptIsNotAltered() async throws {
        try await withTemporaryDirectory { directory in
            let text = Self.revision + "\n-- down\nDROP TABLE things;\n"
            try Data(text.utf8).write(to: URL(filePath: "\(directory)/1.sql"))
            let outcome = try await ScribeProcess.run(["migrate", "upgrade", "--sql", "--directory", directory])
            #expect(outcome.status == 0, "\(outcome.problems)")
            let comment = outcome.output.split(separator: "\n").first { $0.hasPrefix("-- Running") }
            HostileText.expectShown(String(try #require(comment)))
            let revision = try RevisionFile.parse(text, name: "1.sql")
            for statement in revision.up {
                let isThere = outcome.output.utf8.firstRange(of: statement.text.utf8) != nil
                #expect(isThere, "\(statement.text.escapingControls)")
            }
            try await onTerminal(outcome.output, directory)
            #expect(outcome.output.utf8.firstRange(of: HostileText.all.utf8) != nil)
        }
    }

    /// On a terminal, which runs nothing, the same script is shown.
    private func onTerminal(_ script: String, _ directory: String) async throws {
        var (terminal, other): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        try #require(openpty(&terminal, &other, &name, nil, nil) == 0)
        defer { close(terminal) }
        // A process that is started meanwhile must not keep it.
        for end in [terminal, other] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let process = try ScribeProcess(
            ["migrate", "upgrade", "--sql", "--directory", directory], [:], outputTo: path)
        let outcome = await process.outcome
        close(other)
        #expect(outcome.problems.hasPrefix("warning: the script holds control characters"), "\(outcome.problems)")
        var bytes = [UInt8](repeating: 0, count: 16384)
        var shown = ""
        while case let count = read(terminal, &bytes, bytes.count), count > 0 {
            shown += String(decoding: bytes[..<count], as: UTF8.self)
        }
        // The terminal itself ends lines so.
        shown = shown.replacing("\r\n", with: "\n")
        #expect(!shown.unicodeScalars.contains { $0.isObeyed && $0 != "\n" && $0 != "\t" })
        #expect(shown.hasSameBytes(as: "\(ShownText(multiline: script))"))
    }
}

extension ScribeProcess.Outcome {
    /// Without what statements hold that were asked for, of which only the line breaks are as they are.
    fileprivate var withoutStatements: ScribeProcess.Outcome {
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        return .init(
            status: status, output: lines.filter { !$0.hasPrefix("2026-01-01 ERROR forged") }.joined(separator: "\n"),
            problems: problems)
    }
}
