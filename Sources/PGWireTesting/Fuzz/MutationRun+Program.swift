#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The run as a program.
extension MutationRun {
    /// A program that plays many sessions, two processes at a time, and survives what ends one of them: a trap, a hang of ten
    /// seconds, four GiB of memory. What fails is made as small as possible, saved, and told of; then the run goes on.
    ///
    /// ```swift
    /// // main.swift
    /// exit(MutationRun.main(CommandLine.arguments))
    /// ```
    /// - Parameter arguments: the program's name, then `--sessions` (300,000), `--seed` (random), `--save DIRECTORY` (`.`) and the
    ///   paths of transcripts to be changed along with what is built in. What it starts itself has others.
    /// - Returns: the status to exit with: 0 when all promises are kept, 1 when one is not, 2 when the arguments are wrong.
    public static func main(_ arguments: [String]) -> Int32 {
        do {
            let options = try Options(arguments)
            switch options.role {
            case .worker(let first, let step): return try MutationWorker(options).play(first, step)
            case .attempt(let file): return try MutationWorker(options).attempt(file)
            case .supervisor: return try MutationSupervisor(options).run() ? 0 : 1
            }
        } catch {
            print("mutation run: \(error)")
            return 2
        }
    }

    /// What the arguments say.
    struct Options {
        enum Role {
            case supervisor
            /// Plays every so manieth session.
            case worker(first: Int, step: Int)
            /// Plays the inputs in a file.
            case attempt(String)
        }

        var role = Role.supervisor
        var sessions = 300_000
        var seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var directory = "."
        /// Where a worker says what it is at.
        var progress = ""
        var transcripts: [String] = []

        init(_ arguments: [String]) throws {
            var rest = arguments.dropFirst()
            while let name = rest.popFirst() {
                guard name.hasPrefix("--") else {
                    transcripts.append(name)
                    continue
                }
                guard let value = rest.popFirst() else { throw FuzzProblem("\(name) needs a value") }
                switch name {
                case "--sessions": sessions = try Self.number(value)
                case "--seed": seed = try Self.number(value)
                case "--save": directory = value
                case "--progress": progress = value
                case "--attempt": role = .attempt(value)
                case "--worker": role = .worker(first: try Self.number(value), step: MutationSupervisor.workerCount)
                default: throw FuzzProblem("there is no option \(name)")
                }
            }
        }

        private static func number<N: FixedWidthInteger>(_ text: String) throws -> N {
            guard let number = N(text) else { throw FuzzProblem("\(text) is no number") }
            return number
        }

        /// The mutations that the seed and the transcripts make.
        func run() throws -> MutationRun {
            try MutationRun(
                transcripts.map { try Transcript(String(decoding: MutationFile.read($0), as: UTF8.self)) }, seed: seed)
        }
    }
}

/// Plays sessions, and says which one it is at, in memory that outlives it.
struct MutationWorker {
    private let options: MutationRun.Options
    private let progress: MutationProgress

    init(_ options: MutationRun.Options) throws {
        self.options = options
        progress = try MutationProgress(options.progress)
        // A process that wants more has been promised something by the peer.
        var limit = rlimit(rlim_cur: 4 << 30, rlim_max: 4 << 30)
        #if canImport(Darwin)
        setrlimit(RLIMIT_AS, &limit)
        #else
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        setpriority(Int32(PRIO_PROCESS.rawValue), 0, 10)
        #endif
    }

    func play(_ first: Int, _ step: Int) throws -> Int32 {
        let run = try options.run()
        for number in stride(from: first, to: options.sessions, by: step) {
            progress.note(number)
            guard play(run.session(number)) else { return 3 }
        }
        return 0
    }

    func attempt(_ file: String) throws -> Int32 {
        for (index, input) in MutationFile.inputs(in: try MutationFile.read(file)).enumerated() {
            progress.note(index)
            guard play(input) else { return 3 }
        }
        return 0
    }

    private func play(_ input: [UInt8]) -> Bool {
        // A signal ends the process when it computes for too long; how long it waits for a processor does not matter.
        var limit = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: 10, tv_usec: 0))
        #if canImport(Darwin)
        setitimer(ITIMER_VIRTUAL, &limit, nil)
        #else
        setitimer(__itimer_which_t(ITIMER_VIRTUAL.rawValue), &limit, nil)
        #endif
        do throws(FuzzProblem) {
            progress.count(try MutationRun.play(input))
            return true
        } catch {
            progress.note(problem: error.description)
            return false
        }
    }
}
