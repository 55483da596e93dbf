import Foundation
import LocalPostgres
import PGWire
import Testing

extension Live {
    /// The environment, `.pgpass` and service files mean to PGWire what they mean to psql, which is asked.
    @Suite struct Psql {
        private let home = TemporaryDirectory()

        @Test(arguments: PsqlCase.environment) func environment(_ test: PsqlCase) async throws { try await run(test) }

        @Test(arguments: PsqlCase.newer) func newer(_ test: PsqlCase) async throws { try await run(test) }

        @Test(arguments: PsqlCase.passwordFiles) func passwordFile(_ test: PsqlCase) async throws {
            try await run(test)
        }

        @Test(arguments: PsqlCase.services) func service(_ test: PsqlCase) async throws { try await run(test) }

        @Test func thereAreEnough() {
            #expect(PsqlCase.environment.count + PsqlCase.passwordFiles.count + PsqlCase.services.count >= 60)
        }

        /// Who got where by which means. The names that the programs give themselves are left out.
        private static let question = """
            SELECT concat_ws('|', session_user, current_database(), \
            replace(replace(current_setting('application_name'), 'psql', '-'), 'pgwire', '-'), current_setting('geqo'), \
            current_setting('TimeZone'), current_setting('DateStyle'), inet_server_addr(), \
            (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()))
            """

        private func run(_ test: PsqlCase) async throws {
            let server = try await LiveServers.postgres15.value
            let closed = try ClosedPort()
            try await Self.makeUser(server)
            let fill = try Self.filler(server, closed, home: home.path)
            for (name, contents) in test.files {
                try overwrite(home.file(name), with: fill(contents))
                changeMode(home.file(name), to: mode_t(test.modes[name] ?? 0o600))
            }
            var variables = ["HOME": home.path, "PGHOST": "127.0.0.1", "PGPORT": "\(server.port)"]
            for (name, value) in test.variables { variables[name] = fill(value) }
            let text = fill(test.text)

            let psql = try Self.psql(test.major, text, variables)
            #expect((psql.output == nil) == (test.error != nil), "psql said \(psql.errorOutput)")
            do {
                let configuration = try Connection.Configuration(
                    text, environment: Connection.Configuration.Environment(variables))
                let answer = try await Connection.withConnection(configuration) { db in
                    try await db.fetchOne("\(raw: Self.question)", as: String.self)
                }
                #expect(answer == psql.output)
            } catch let error where error is ConfigurationError || error is PostgresError {
                #expect("\(error)".contains(fill(test.error ?? "no error")), "\(error)")
                #expect(!"\(error)".contains(LiveServers.rolePassword))
            }
        }

        /// A role for whoever runs the tests.
        private static func makeUser(_ server: LocalPostgres) async throws {
            try await Connection.withConnection(Connection.Configuration(server.connectionURI)) { db in
                let user = try currentUser()
                let exists = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = \(user))" as SQL
                if try await db.fetchOne(exists, as: Bool.self) { return }
                let password = LiveServers.quoted(LiveServers.rolePassword)
                try await db.execute("CREATE ROLE \(identifier: user) LOGIN PASSWORD \(raw: password)")
            }
        }

        private static func currentUser() throws -> String {
            try #require(getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) })
        }

        private static func filler(
            _ server: LocalPostgres, _ closed: ClosedPort, home: String
        ) throws -> (String) -> String {
            var status = stat()
            try #require(stat(server.dataDirectory, &status) == 0)
            let peer = try #require(getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) })
            let escaped = LiveServers.rolePassword
                .replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: ":", with: "\\:")
            let values = [
                "{port}": "\(server.port)", "{closed}": "\(closed.port)", "{socket}": server.socketDirectory,
                "{password}": escaped, "{plain}": LiveServers.rolePassword, "{ca}": server.caCertificateFile ?? "",
                "{home}": home, "{user}": try currentUser(), "{peer}": peer,
            ]
            return { text in values.reduce(text) { $0.replacingOccurrences(of: $1.key, with: $1.value) } }
        }

        /// What psql prints; nil when it fails.
        private static func psql(
            _ major: Int, _ text: String, _ variables: [String: String]
        ) throws -> (output: String?, errorOutput: String) {
            let process = Process()
            let (output, errorOutput) = (Pipe(), Pipe())
            process.executableURL = URL(
                filePath: try PostgresInstallation.find(major: major).binDirectory + "/psql")
            // An empty string would be the name of a database.
            process.arguments = ["-XAtw", "-c", question] + (text.isEmpty ? [] : ["-d", text])
            process.environment = variables
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = errorOutput
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            let complaint = String(decoding: errorOutput.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return (process.terminationStatus == 0 ? text.trimmingCharacters(in: .newlines) : nil, complaint)
        }
    }
}
