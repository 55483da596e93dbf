#if ScribeApp
import ArgumentParser
import PGSchemaBackup
import PGSchemaCommands
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension DatabaseCommand {
    /// `db reset`
    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Development only: drop all that the default schema holds, and migrate to head.",
            discussion: """
                It asks for the database's name. With --yes it does not ask if the server is on this machine. For another \
                server ENVIRONMENT=development must be set, and what must be typed, or given by --confirm, is \
                user@host/name: many servers have databases of the same name.
                """)

        @Flag(help: "Do not ask, if the server is on this machine.")
        var yes = false
        @Option(help: ArgumentHelp("What would be asked for, instead of typing it.", valueName: "target"))
        var confirm: String?

        func run() async throws {
            let settings = try Settings.ofProcess()
            guard settings.isDevelopment else {
                throw ResetRefusal.notDevelopment(settings.environment)
            }
            let graph = try RevisionGraph.scribe()
            try await Database.with(settings) { database in
                try confirm(database.configuration, settings)
                let (count, notes) = try await SchemaReset(database.configuration, versionTable: .scribe).drop()
                Console.print("Dropped \(count) \(count == 1 ? "object" : "objects")")
                for note in notes { Console.problem("warning: \(note)") }
                let migrator = Migrator(configuration: database.configuration, graph: graph, report: Console.report)
                try await migrator.run(.upgrade, to: "head")
            }
        }

        private func confirm(
            _ configuration: Connection.Configuration, _ settings: Settings
        ) throws(ResetRefusal) {
            let name = configuration.database ?? configuration.user
            let isLocal = configuration.endpoints.allSatisfy(\.isLocal)
            let host = configuration.endpoints.first?.host ?? ""
            guard isLocal || settings.isEnvironmentGiven else { throw .environmentUnknown(host: host) }
            let target = isLocal ? name : "\(configuration.user)@\(host)/\(name)"
            if let confirm {
                guard confirm == target else { throw .notConfirmed(target: target) }
                return
            }
            if yes, isLocal { return }
            guard isatty(STDIN_FILENO) == 1 else {
                throw yes ? .notLocal(host: host, target: target) : .noTerminal(target: target)
            }
            Console.ask(
                """
                This drops everything in the default schema of the database \(name) on \(host).
                Type \(target) to go on:\u{20}
                """)
            guard let answer = readLine()?.trimmed, answer.hasSameBytes(as: target) else {
                throw .notConfirmed(target: target)
            }
        }
    }
}
#endif
