import FoundationEssentials
import LocalPostgres
import PGSchemaReports
import PGSchemaSQL
import PGWire
import PGWireTesting
import ScribeApp
import Synchronization
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Whole commands through a proxy that changes what a real server says.
struct CommandFuzzRun: Sendable {
    /// A command that may take as long as it likes has its connections closed when nothing was said for so long.
    private static let timeout = Duration.milliseconds(120)
    /// After that long a command with deadlines should be over, and one whose connections were closed.
    private static let limit = Duration.seconds(10)

    private let configuration: Connection.Configuration
    private let directory: String
    private let donors: [[WireMessage]]

    /// What came of the runs.
    struct Result: Sendable {
        var succeeded: [FuzzedCommand: Int] = [:]
        var failed: [FuzzedCommand: Int] = [:]
        /// Of the failures, by the first words of what they say.
        var kinds: [String: Int] = [:]
        var problems: [String] = []

        var total: Int { succeeded.values.reduce(0, +) + failed.values.reduce(0, +) }

        var summary: String {
            let counts = FuzzedCommand.allCases.map { command in
                "\(command.rawValue) \(succeeded[command, default: 0]) succeeded, \(failed[command, default: 0]) failed"
            }
            return "\(total) runs (\(counts.joined(separator: "; "))), \(kinds.count) kinds of failure"
        }

        mutating func add(_ other: Result) {
            succeeded.merge(other.succeeded, uniquingKeysWith: +)
            failed.merge(other.failed, uniquingKeysWith: +)
            kinds.merge(other.kinds, uniquingKeysWith: +)
            problems += other.problems
        }
    }

    /// Runs each command once unchanged, and keeps what the server said for the mutations.
    init(_ configuration: Connection.Configuration, directory: String) async throws {
        (self.configuration, self.directory) = (configuration, directory)
        let heard = Mutex<[[WireMessage]]>([])
        let proxy = try FaultyProxy(to: configuration.endpoints[0]) {
            AnswerMutation(donors: [], seed: 0, isActive: false) { flight in
                heard.withLock { $0.append(flight) }
            }
        }
        defer { proxy.stop() }
        for command in FuzzedCommand.allCases {
            let settings = try Self.settings(configuration, port: proxy.port)
            _ = try await command.run(settings, file: "\(directory)/unchanged.sql")
        }
        donors = heard.withLock { $0 }
    }

    /// The flights of a server that are there to be changed.
    var flightCount: Int { donors.count }

    /// The runs whose turn is this worker's.
    func run(_ worker: Int, of workers: Int, seed: UInt64, count: Int) async throws -> Result {
        let current = Atomic<UInt64>(seed)
        let proxy = try FaultyProxy(to: configuration.endpoints[0]) { [donors] in
            AnswerMutation(donors: donors, seed: current.load(ordering: .relaxed))
        }
        defer { proxy.stop() }
        var result = Result()
        for number in stride(from: worker, to: count, by: workers) {
            let seed = seed &+ UInt64(number)
            current.store(seed, ordering: .relaxed)
            FuzzCrashReport.note(seed, worker: worker)
            await run(seed, proxy, file: "\(directory)/\(worker).sql", &result)
            proxy.cut()
        }
        return result
    }

    private func run(_ seed: UInt64, _ proxy: FaultyProxy, file: String, _ result: inout Result) async {
        let commands = FuzzedCommand.allCases
        let command = commands[Int(seed % UInt64(commands.count))]
        let start = ContinuousClock.now
        let interruption = Task {
            if !command.hasDeadline {
                var said = -1
                while said != proxy.bytesToClient {
                    said = proxy.bytesToClient
                    try await Task.sleep(for: Self.timeout)
                }
                proxy.cut()
            }
            try await Task.sleep(for: Self.limit)
            // It would otherwise hold up all that come after it.
            proxy.cut(.reset)
        }
        defer { interruption.cancel() }
        func problem(_ text: String) {
            result.problems.append("PGWIRE_FUZZ_SEED=\(seed) \(command.rawValue): \(text)")
        }
        var shown: [String]
        do {
            shown = try await command.run(Self.settings(configuration, port: proxy.port), file: file)
            result.succeeded[command, default: 0] += 1
        } catch {
            shown = ["\(error)"]
            result.failed[command, default: 0] += 1
            result.kinds[String("\(error)".prefix(40)), default: 0] += 1
        }
        let time = start.duration(to: .now)
        if time > Self.limit { problem("took \(time), and ended with: \(shown)") }
        let isObeyed = shown.contains { text in
            text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control }
        }
        if isObeyed { problem("shows control characters: \(shown)") }
    }

    private static func settings(_ configuration: Connection.Configuration, port: UInt16) throws -> Settings {
        var values = configuration.settings(port: Int(port))
        values["DB_HOST"] = "127.0.0.1"
        var settings = try Settings(from: SettingsSource(environment: values))
        settings.database?.connectTimeout = .milliseconds(600)
        settings.database?.statementTimeout = .milliseconds(300)
        return settings
    }
}
