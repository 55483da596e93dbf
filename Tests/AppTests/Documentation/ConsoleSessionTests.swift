import Foundation
import PGWire
import Testing
import TestSupport

/// The console sessions of the README print what it shows.
@Suite(.timeLimit(.minutes(5))) struct ConsoleSessionTests {
    @Test func readme() async throws {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let sessions = ConsoleSession.all(in: readme)
        try #require(sessions.count == 2)
        var programs: Set<String> = []
        for session in sessions {
            let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
            try await withTemporaryDirectory { directory in
                for step in session.steps { try await run(step, database, in: directory, &programs) }
            }
        }
        #expect(programs == ["pgschema", "scribe-app"])
    }

    private func run(
        _ step: ConsoleSession.Step, _ database: Connection.Configuration, in directory: String,
        _ programs: inout Set<String>
    ) async throws {
        switch step.words.first {
        case "export": break
        case "cat":
            let file = URL(filePath: "\(directory)/\(step.words[1])")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data((step.output.joined(separator: "\n") + "\n").utf8).write(to: file)
        case let program?:
            programs.insert(program)
            let outcome = try await ScribeProcess.run(
                Array(step.words.dropFirst()), settings(database), in: directory, product: program)
            #expect(outcome.status == 0, "\(step.words): \(outcome.problems)")
            let output = outcome.output.split(separator: "\n").map(String.init)
            #expect(output == step.output, "\(step.words)")
        case nil: Issue.record("a command without words")
        }
    }

    /// For both programs: each has its own way to say which database is meant.
    private func settings(_ database: Connection.Configuration) throws -> [String: String] {
        let password = try #require(database.password?.value)
        let encoded = try #require(password.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let endpoint = database.endpoints[0]
        let name = try #require(database.database)
        return [
            "DATABASE_URL": "postgres://\(database.user):\(encoded)@\(endpoint.host):\(endpoint.port)/\(name)"
                + "?sslmode=require",
            "DB_HOST": endpoint.host, "DB_PORT": "\(endpoint.port)", "DB_USER": database.user, "DB_PASSWORD": password,
            "DB_NAME": name, "DB_SSLMODE": "require",
        ]
    }
}
