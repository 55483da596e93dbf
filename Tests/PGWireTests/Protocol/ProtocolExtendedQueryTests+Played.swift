import PGWire
import PGWireTesting

extension ProtocolExtendedQueryTests {
    /// A machine, and what the messages mean to it.
    final class Played {
        var machine: ExtendedQuery

        init(_ statements: [Statement] = []) {
            machine = statements.isEmpty ? ExtendedQuery() : ExtendedQuery(statements)
        }

        var isDone: Bool { machine.isDone }

        /// What a message means, with the statement that it is about.
        func event(_ message: WireMessage) throws -> String? {
            guard let event = try machine.receive(try BackendSample.decoded(message)) else { return nil }
            let index = machine.eventIndex
            return switch event {
            case .parsed: "\(index) parsed"
            case .parameters(let types): "\(index) parameters \(types.count)"
            case .columns(let columns): "\(index) columns \(columns.count)"
            case .row: "\(index) row"
            case .internalRow: "\(index) internal row"
            case .complete: "\(index) complete"
            case .suspended: "\(index) suspended"
            case .failed(let error): "\(index) failed \(error.sqlState)"
            case .wantsCopyData: "\(index) wants data"
            case .sendsCopyData: "\(index) sends data"
            case .copyData: "\(index) data"
            case .ready(let status): "ready \(status)"
            }
        }
    }
}
