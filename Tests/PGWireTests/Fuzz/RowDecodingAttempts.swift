import Foundation
import PGWire
import PGWireTesting

/// Decodes each column as the Swift type that its type calls for, and columns of types unknown as some that do not fit:
/// whether that succeeds is not the question, only that it ends.
///
/// Each error that is thrown costs more than all the rest, as Swift Testing notes where every one comes from; hence no
/// more attempts that can only fail.
enum RowDecodingAttempts {
    static func decodeEverything(of row: Row) {
        for index in row.columns.indices {
            attempt(row, index, RawValue?.self)
            switch row.columns[index].type {
            case .bool: attempt(row, index, Bool?.self)
            case .int2: attempt(row, index, Int16.self)
            case .int4: attempt(row, index, Int32.self)
            case .int8: attempt(row, index, Int.self)
            case .float4: attempt(row, index, Float.self)
            case .float8: attempt(row, index, Double.self)
            case .bytea: attempt(row, index, Data.self)
            case .uuid: attempt(row, index, UUID.self)
            case .date: attempt(row, index, CalendarDate.self)
            case .timestamp: attempt(row, index, Timestamp.self)
            case .timestamptz:
                attempt(row, index, TimestampTZ.self)
                attempt(row, index, Date.self)
            case .numeric:
                attempt(row, index, ExactNumeric.self)
                attempt(row, index, Decimal.self)
            case .json, .jsonb: attempt(row, index, JSONText.self)
            case .int4Array: attempt(row, index, [Int32?].self)
            case .textArray: attempt(row, index, [String?].self)
            case .text, .varchar, .name: attempt(row, index, String?.self)
            default:
                attempt(row, index, [[Int16]].self)
                attempt(row, index, Interval.self)
                attempt(row, index, TimeOfDay.self)
                attempt(row, index, ExactNumeric?.self)
            }
        }
    }

    private static func attempt<T: PostgresDecodable>(_ row: Row, _ index: Int, _ type: T.Type) {
        _ = try? row.decode(index, as: type)
    }
}
