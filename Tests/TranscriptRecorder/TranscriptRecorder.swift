import Foundation
import LocalPostgres
import PGWireTesting

/// Writes down what real servers say, for the tests to replay: `pgwire-record DIRECTORY`, or `make record`.
@main
struct TranscriptRecorder {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: pgwire-record DIRECTORY")
            exit(2)
        }
        let recorder = TranscriptRecorder(directory: URL(filePath: CommandLine.arguments[1]))
        try await recorder.recordAll()
    }

    private let directory: URL

    private func recordAll() async throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let scenarios = [
            (15, [Scenario.login]), (17, Scenario.all), (18, [.login, .typedQuery, .newerProtocol]),
        ]
        for (major, scenarios) in scenarios {
            var options = LocalPostgres.Options()
            options.major = major
            options.user = Target.user
            options.password = Target.password
            let postgres = try await LocalPostgres.start(options)
            do {
                try record(Target(postgres), scenarios)
                if major == 17 {
                    try await Target.admit(postgres)
                    try record(Target(postgres), Scenario.logins)
                }
                // Supabase's poolers and most others stand before 15.
                if major == 15 { try await recordPooler(postgres) }
            } catch {
                await postgres.stop()
                throw error
            }
            await postgres.stop()
        }
    }

    private func recordPooler(_ postgres: LocalPostgres) async throws {
        let pooler = try await LocalPgBouncer.start(inFrontOf: postgres)
        do {
            try record(Target(pooler), Scenario.common + [.missingDatabase])
        } catch {
            await pooler.stop()
            throw error
        }
        await pooler.stop()
    }

    private func record(_ target: Target, _ scenarios: [Scenario]) throws {
        for scenario in scenarios {
            var session = try Recording.start(target, scenario)
            try scenario.steps(&session)
            let transcript = try session.close()
            let name = "\(target.label)-\(scenario.name).transcript"
            try Data(transcript.text.utf8).write(to: directory.appending(path: name))
            print("\(name): \(transcript.entries.count) messages")
        }
    }
}
