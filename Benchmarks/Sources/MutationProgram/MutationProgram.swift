import PGWireTesting

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Plays mutated sessions to the optimised library: what `make test` does with 300,000.
@main struct MutationProgram {
    static func main() { exit(MutationRun.main(CommandLine.arguments)) }
}
