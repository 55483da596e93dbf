#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Starts the workers of a ``MutationRun``, and looks at what ended them.
final class MutationSupervisor {
    static let workerCount = 2
    /// How many failures are looked at; more are most often the same.
    private static let failureLimit = 3

    private let options: MutationRun.Options
    private let mutations: MutationRun
    private let folder: String
    private var failures: [(number: Int, reason: String)] = []

    init(_ options: MutationRun.Options) throws {
        self.options = options
        mutations = try options.run()
        var name = Array("/tmp/pgwire-mutation-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw SystemCallFailure(call: "mkdtemp", code: errno) }
        folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Plays everything; returns whether all was well.
    func run() throws -> Bool {
        defer { removeFiles() }
        let start = ContinuousClock.now
        var working: [pid_t: Int] = [:]
        for worker in 0..<Self.workerCount { working[try spawn(worker, from: worker)] = worker }
        while !working.isEmpty {
            var status: Int32 = 0
            let child = waitpid(-1, &status, 0)
            guard child > 0 else { throw SystemCallFailure(call: "waitpid", code: errno) }
            guard let worker = working.removeValue(forKey: child), status != 0 else { continue }
            guard status != 2 << 8 else { throw FuzzProblem("a process could not begin") }
            let number = try note(worker, status)
            if failures.count < Self.failureLimit, number + Self.workerCount < options.sessions {
                working[try spawn(worker, from: number + Self.workerCount)] = worker
            }
        }
        let time = start.duration(to: .now)
        let counts = try outcomes()
        let total = counts.reduce(0) { $0 + $1.count } + failures.count
        print(
            "mutation run of seed \(options.seed): \(total) sessions in \(time.formatted), "
                + counts.map { "\($0.count) \($0.name)" }.joined(separator: ", ") + ", \(failures.count) failures")
        for failure in failures { try tell(failure) }
        return failures.isEmpty
    }

    private func progress(_ name: String) -> String { "\(folder)/\(name).progress" }

    /// Starts a worker at a session.
    private func spawn(_ worker: Int, from first: Int) throws -> pid_t {
        try spawn(
            ["--worker", "\(first)", "--sessions", "\(options.sessions)", "--seed", "\(options.seed)"]
                + ["--progress", progress("\(worker)")] + options.transcripts)
    }

    /// Starts this program; what it says of its end is not shown where many are expected to end badly.
    private func spawn(_ arguments: [String], isQuiet: Bool = false) throws -> pid_t {
        let program = try Self.program()
        var pointers: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        defer { for case let pointer? in pointers { free(pointer) } }
        pointers.append(nil)
        var child = pid_t()
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        #else
        var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if isQuiet {
            // Swift's own report takes seconds.
            setenv("SWIFT_BACKTRACE", "enable=no", 1)
            posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        }
        let code = posix_spawn(&child, program, &actions, nil, pointers, environ)
        guard code == 0 else { throw SystemCallFailure(call: "posix_spawn \(program)", code: code) }
        return child
    }

    /// The path of this program.
    private static func program() throws -> String {
        #if canImport(Darwin)
        return CommandLine.arguments[0]
        #else
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count)
        guard count > 0 else { throw SystemCallFailure(call: "readlink /proc/self/exe", code: errno) }
        return String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #endif
    }

    /// Why a process ended so.
    private static func reason(_ status: Int32, _ problem: String) -> String {
        switch status & 0x7F {
        case 0: problem
        case SIGVTALRM: "it takes more than ten seconds"
        case let number: "signal \(number) ended the process"
        }
    }

    /// Notes what ended a worker, and returns the session that it was at.
    private func note(_ worker: Int, _ status: Int32) throws -> Int {
        let progress = try MutationProgress(progress("\(worker)"))
        defer { progress.unmap() }
        failures.append((progress.number, Self.reason(status, progress.problem)))
        return progress.number
    }

    private func outcomes() throws -> [(name: String, count: Int)] {
        let all = try (0..<Self.workerCount).map { try MutationProgress(progress("\($0)")) }
        defer { for progress in all { progress.unmap() } }
        return MutationRun.Outcome.allCases.map { outcome in
            ("\(outcome)", all.reduce(0) { $0 + $1.number(of: outcome) })
        }
    }

    /// Makes a failure small, saves it, and says where.
    private func tell(_ failure: (number: Int, reason: String)) throws {
        let input = mutations.session(failure.number)
        var shrinking = InputShrinking(input, firstFailing: firstFailing)
        try shrinking.run()
        let name = "mutation-\(options.seed)-\(failure.number)"
        try MutationFile.write(shrinking.input, to: "\(options.directory)/\(name)")
        print(
            "session \(failure.number) of \(input.count) bytes: \(failure.reason). Made smaller, \(shrinking.input.count) bytes, "
                + "it is in \(options.directory)/\(name): \(Transcript.hexadecimal(shrinking.input))")
    }

    /// The first of some inputs that fails, played in a process of its own.
    private func firstFailing(_ inputs: [[UInt8]]) throws -> Int? {
        guard !inputs.isEmpty else { return nil }
        let file = "\(folder)/attempt"
        try MutationFile.write(MutationFile.bytes(of: inputs), to: file)
        let child = try spawn(["--attempt", file, "--progress", progress("attempt")], isQuiet: true)
        var status: Int32 = 0
        guard waitpid(child, &status, 0) == child else { throw SystemCallFailure(call: "waitpid", code: errno) }
        guard status != 0 else { return nil }
        let progress = try MutationProgress(progress("attempt"))
        defer { progress.unmap() }
        return inputs.indices.contains(progress.number) ? progress.number : nil
    }

    private func removeFiles() {
        for name in (0..<Self.workerCount).map({ "\($0).progress" }) + ["attempt", "attempt.progress"] {
            unlink("\(folder)/\(name)")
        }
        rmdir(folder)
    }
}

extension Duration {
    fileprivate var formatted: String {
        let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
