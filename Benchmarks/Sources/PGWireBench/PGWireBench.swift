#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// PGWire's program among those that are compared: `pgwire-bench WORKLOAD` prints one line, see README.md.
@main
struct PGWireBench {
    /// The main thread only waits, because valgrind, which counts instructions, breaks down where an asynchronous `main`
    /// gives its thread away.
    static func main() {
        Task.detached { await run() }
        while true { pause() }
    }

    private static func run() async -> Never {
        let name = CommandLine.arguments.dropFirst().first ?? ""
        do {
            guard let result = try await Workload(rawValue: name)?.run() else { throw NotApplicable(reason: name) }
            print(result)
            exit(0)
        } catch let error as NotApplicable {
            complain(error.reason)
            print("n/a")
            exit(2)
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    private static func complain(_ text: String) {
        let line = "pgwire-bench: \(text)\n"
        _ = write(STDERR_FILENO, line, line.utf8.count)
    }
}

/// The workload is not known here, or PGWire cannot do it (yet).
struct NotApplicable: Error {
    let reason: String
}

/// A query returned something else than was asked for.
struct WrongResult: Error {}
