import PGWire

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What tests and scripts need a process of its own for.
///
///     PGWireProbe rows URI WAY        reads a million rows slowly, and says how much memory that took
///     PGWireProbe ledger URI SECONDS  writes, and checks that what it was told of each transaction is true
///     PGWireProbe signals URI WAY     works while signals interrupt it, or writes to a peer that has gone
@main
enum PGWireProbe {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        do {
            switch (arguments.first, arguments.dropFirst().first, arguments.last, arguments.count) {
            case ("rows", let uri?, let way?, 3):
                try await RowsProbe.run(Connection.Configuration(uri), by: way)
            case ("ledger", let uri?, let seconds?, 3):
                let isTrue = try await LedgerProbe(Connection.Configuration(uri)).run(for: .seconds(Int(seconds) ?? 60))
                if !isTrue { exit(1) }
            case ("signals", let uri?, let way?, 3):
                try await SignalsProbe.run(Connection.Configuration(uri), by: way)
            default:
                print("usage: PGWireProbe rows URI WAY | ledger URI SECONDS | signals URI WAY")
                exit(2)
            }
        } catch {
            print("failed \(error)")
            exit(1)
        }
    }
}
