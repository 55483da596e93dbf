import Dispatch
import FoundationEssentials
import PGSchemaSQL
import Synchronization
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The built program, run as a user would.
final class ScribeProcess: Sendable {
    struct Outcome: Sendable {
        /// The exit status; 128 and the number when a signal ended it.
        let status: Int32
        let output: String
        let problems: String
    }

    struct CannotStart: Error { let path: String, errorNumber: Int32 }
    struct NeverSaid: Error { let text: String, outcome: Outcome }

    let identifier: pid_t
    private let lines: AsyncStream<String>
    private let end: Task<Outcome, Never>
    private let early = Early()

    /// The build directory's binary, next to the test bundle.
    static var path: String { path(of: "scribe-app") }

    /// That of another product.
    static func path(of product: String) -> String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: product).path
    }

    /// Runs it to its end.
    static func run(
        _ arguments: [String], _ settings: [String: String] = [:], in directory: String = "/",
        product: String = "scribe-app"
    ) async throws -> Outcome {
        try await ScribeProcess(arguments, settings, in: directory, product: product).outcome
    }

    /// Starts it with these settings and no others.
    ///
    /// - Parameters:
    ///   - pipe: where standard output goes, of which there is nothing in the outcome then.
    ///   - openFiles: how many files and sockets it may have.
    ///   - product: the program, if not scribe-app.
    init(
        _ arguments: [String], _ settings: [String: String], in directory: String = "/", outputTo pipe: String? = nil,
        openFiles: Int? = nil, product: String = "scribe-app"
    ) throws {
        let path = Self.path(of: product)
        var environment = settings
        for name in ["PATH", "LD_LIBRARY_PATH", "POSTGRES_BIN_DIR"] {
            environment[name] = ProcessInfo.processInfo.environment[name]
        }
        let output = try Pipe()
        let problems = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let pipe {
            // For both directions, as it would wait for a reader otherwise.
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, pipe, O_RDWR, 0)
        } else {
            posix_spawn_file_actions_adddup2(&actions, output.writer, STDOUT_FILENO)
        }
        posix_spawn_file_actions_adddup2(&actions, problems.writer, STDERR_FILENO)
        // posix_spawn itself cannot change the directory everywhere. `exec`: the shell becomes the program.
        let limit = openFiles.map { "ulimit -n \($0) && " } ?? ""
        let script = limit + #"cd "$1" && shift && exec "$@""#
        let argv = CStrings(["/bin/sh", "-c", script, "sh", directory, path] + arguments)
        let envp = CStrings(environment.map { "\($0)=\($1)" })
        var identifier: pid_t = 0
        let errorNumber = posix_spawn(&identifier, "/bin/sh", &actions, nil, argv.pointers, envp.pointers)
        close(output.writer)
        close(problems.writer)
        guard errorNumber == 0 else { throw CannotStart(path: path, errorNumber: errorNumber) }
        self.identifier = identifier
        let (lines, continuation) = AsyncStream<String>.makeStream()
        self.lines = lines
        end = Task { [identifier, early] in
            async let text = output.read { continuation.yield($0) }
            async let problemText = problems.read { _ in }
            let (output, problems) = await (text, problemText)
            continuation.finish()
            let outcome = Outcome(status: await Self.status(of: identifier), output: output, problems: problems)
            early.outcome.withLock { $0 = outcome }
            return outcome
        }
    }

    private final class Early: Sendable { let outcome = Mutex<Outcome?>(nil) }

    /// Its outcome if it has ended by now: who waits for something that it does need not wait any longer.
    var outcomeSoFar: Outcome? { early.outcome.withLock { $0 } }

    /// What it wrote and how it ended, when it has.
    var outcome: Outcome { get async { await end.value } }

    /// The first line on standard output that contains `text`.
    func line(containing text: String) async throws -> String {
        for await line in lines where line.contains(text) { return line }
        throw NeverSaid(text: text, outcome: await outcome)
    }

    /// The port that `serve` says it listens on.
    func port() async throws -> UInt16 {
        let line = try await line(containing: "Listening on http://")
        return UInt16(line.split(separator: ":").last ?? "") ?? 0
    }

    /// The most memory that it has had so far, in bytes (Linux's VmHWM); nil when it has ended.
    var peakMemory: Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return nil }
        return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
    }

    /// How many files and sockets it has (Linux's /proc).
    var openFiles: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd").count) ?? 0 }

    func send(_ signal: Int32) { kill(identifier, signal) }

    private static func status(of identifier: pid_t) async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var status: Int32 = 0
                while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? status >> 8 & 0xFF : 128 + signal)
            }
        }
    }
}

/// One direction from a child process.
private struct Pipe {
    let reader: Int32
    let writer: Int32

    init() throws {
        var descriptors: [Int32] = [0, 0]
        guard pipe(&descriptors) == 0 else { throw ScribeProcess.CannotStart(path: "pipe", errorNumber: errno) }
        // Closed on exec, or a child started meanwhile would hold the other's end open.
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        reader = descriptors[0]
        writer = descriptors[1]
    }

    /// All of it, on a thread that may block; whole lines are passed on as they come.
    func read(_ line: @escaping @Sendable (String) -> Void) async -> String {
        await withCheckedContinuation { continuation in
            let thread = DispatchQueue(label: "pipe")
            thread.async { [reader] in
                var all: [UInt8] = []
                var passed = 0
                var buffer = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = Glibc.read(reader, &buffer, buffer.count)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    all += buffer[..<count]
                    while let end = all[passed...].firstIndex(of: UInt8(ascii: "\n")) {
                        line(String(decoding: all[passed..<end], as: UTF8.self))
                        passed = end + 1
                    }
                }
                close(reader)
                continuation.resume(returning: String(decoding: all, as: UTF8.self))
            }
        }
    }
}

/// `argv` and `envp`.
private final class CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) { pointers = strings.map { strdup($0) } + [nil] }

    deinit { for pointer in pointers { free(pointer) } }
}
