import PGWireTesting

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// PGWire at the worst of times, for as long as one likes: `make chaos`.
///
///     pgwire-chaos run SECONDS        money is moved while servers and the network fail; what was reported must be true
///     pgwire-chaos connections COUNT  connect, query, close, cancelled at any moment; nothing may grow
///     pgwire-chaos borrowings COUNT   borrowings of a pool that fail in every way; nothing may grow
///
/// `CHAOS_SEED` repeats the choices of an earlier run, though not its timing.
@main
enum Chaos {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 2, let way = arguments.first, let count = arguments.last.flatMap({ Int($0) }) else {
            return usage()
        }
        let seed = getenv("CHAOS_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 0 ... .max)
        say("seed \(seed)")
        let generator = FuzzGenerator(seed: seed)
        do {
            let isSound: Bool
            switch way {
            case "run": isSound = try await ChaosRun(generator).run(for: .seconds(max(count, 1)))
            case "connections": isSound = try await ConnectionChurn.run(count, generator)
            case "borrowings": isSound = try await BorrowingChurn.run(count, generator)
            default: return usage()
            }
            say(isSound ? "passed" : "FAILED")
            if !isSound { exit(1) }
        } catch {
            say("FAILED: \(error)")
            exit(1)
        }
    }

    private static func usage() {
        say("usage: pgwire-chaos run SECONDS | connections COUNT | borrowings COUNT")
        exit(2)
    }
}

/// Prints a line at once, also into a pipe.
func say(_ text: String) {
    print(text)
    fflush(nil)
}
