import FoundationEssentials
import LocalPostgres
import PGSchemaSQL
import PGWire
import PGWireTesting
import ScribeApp
import Testing
import TestSupport

/// Hostile names as values of settings: taken literally, from `.env` in quotes of either kind or none, or refused.
@Suite(.timeLimit(.minutes(5))) struct HostileSettingsTests {
    private static func quoted(_ name: String, _ quote: Unicode.Scalar) -> String {
        var text = String(quote)
        for scalar in name.unicodeScalars {
            if scalar == quote || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        text.unicodeScalars.append(quote)
        return text
    }

    /// Whether it says what it is without quotes.
    private static func isPlain(_ name: String) -> Bool {
        let scalars = Array(name.unicodeScalars)
        func isBlank(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isWhitespace ?? false }
        return !scalars.isEmpty && !isBlank(scalars.first) && !isBlank(scalars.last) && scalars.first != "'"
            && scalars.first != "\""
            && !scalars.contains { $0 == "\n" || $0 == "\r" }
            && !zip(scalars, scalars.dropFirst()).contains { isBlank($0) && $1 == "#" }
    }

    private static let values =
        HostileNames.all + HostileNames.refused.filter { !$0.utf8.contains(0) } + [
            "#\u{301}", "a #\u{301}b", "a#\u{301}", "=\u{301}", "a\\", "\\'", "a'\u{301} #", "a\u{301}\r\n\"\u{301}b",
        ]

    @Test(arguments: ["\n", "\r\n"]) func everyValueOfADotEnvFile(lineEnd: String) {
        var plain = 0
        for value in Self.values {
            for (text, isExact) in [
                (Self.quoted(value, "'"), true), (Self.quoted(value, "\""), true), (value, Self.isPlain(value)),
            ] {
                let file = DotEnv(parsing: "A=\(text)\(lineEnd)B = \(text) # comment\(lineEnd)C=\(text)\(lineEnd)D=1")
                let found = file.variables.filter { $0.name == "A" || $0.name == "C" }.map(\.value.hex)
                if isExact {
                    #expect(found == [value.hex, value.hex], "\(text.escapingControls)")
                    #expect(file.variables.contains { $0.name == "B" && $0.value.hex == value.hex })
                    #expect(file.unreadableLines == [])
                }
                // Whatever it is taken for, it is not the end of the file.
                if isExact { #expect(file.variables.last?.name == "D") }
            }
            if Self.isPlain(value) { plain += 1 }
        }
        #expect(plain > 80)
        print("names: \(Self.values.count) values of .env in quotes of both kinds, \(plain) without")
    }

    /// What begins with a quote and does not end is no value, and that is said.
    @Test func aQuoteWithAMarkIsAQuote() {
        for text in ["A='\u{301}", "A=\"\u{301}", "A='a'\u{301}", "A=\"a\"\u{200D}"] {
            let file = DotEnv(parsing: "\(text)\nB=1")
            #expect(file.variables.map(\.name) == ["B"] && file.unreadableLines == [1], "\(text)")
        }
    }

    @Test func everyValueBecomesTheDriversOwn() throws {
        for value in Self.values {
            let quoted = Self.quoted(value, "'")
            let file = "DB_HOST=127.0.0.1\nDB_PORT=5432\nDB_USER=\(quoted)\nDB_PASSWORD=\(quoted)\nDB_NAME=\(quoted)\n"
            for source in [
                SettingsSource(environment: [:], file: file),
                SettingsSource(environment: [
                    "DB_HOST": "127.0.0.1", "DB_PORT": "5432", "DB_USER": value, "DB_PASSWORD": value, "DB_NAME": value,
                ]),
            ] {
                let configuration = try #require(try Settings(from: source).database).configuration
                for found in [configuration.user, configuration.password?.value, configuration.database] {
                    #expect(found?.hex == value.hex, "\(value.escapingControls)")
                }
            }
        }
    }

    /// The program itself, with the file in its directory: it tells the name of the database that it is in.
    @Test func theProgramReachesTheDatabaseThatTheFileNames() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        let database = try await cluster.makeDatabase()
        var current = database.database ?? ""
        try await withTemporaryDirectory { directory in
            for name in HostileNames.all where name.utf8.count > 3 {
                let next = name.utf8Prefix(55) + "\(UInt32.random(in: 1000...9999))"
                try await Connection.withConnection(cluster.configuration(database: cluster.database)) { db in
                    try await db.execute("ALTER DATABASE \(identifier: current) RENAME TO \(identifier: next)")
                }
                current = next
                var configuration = database
                configuration.database = nil
                var settings = configuration.settings()
                settings["DB_NAME"] = nil
                try Data("DB_NAME=\(Self.quoted(next, "\""))\n".utf8).write(to: URL(filePath: "\(directory)/.env"))
                let outcome = try await ScribeProcess.run(["db", "info", "--json"], settings, in: directory)
                #expect(outcome.status == 0, "\(outcome.problems)")
                struct Info: Decodable {
                    struct Contents: Decodable { let name: String }
                    let database: Contents
                }
                let info = try JSONDecoder().decode(Info.self, from: Data(outcome.output.utf8))
                #expect(info.database.name.hex == next.hex, "\(outcome.output)")
            }
        }
    }
}
