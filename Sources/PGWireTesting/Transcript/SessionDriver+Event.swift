package import PGWire

extension SessionDriver.Event: CustomStringConvertible {
    /// One line for comparisons: names, and the bytes of values.
    package var description: String {
        switch self {
        case .authenticated: "authenticated"
        case .ready: "ready"
        case .notice(let notice): "notice \(notice.severity) \(notice.sqlState): \(notice.message)"
        case .row(let row): "row " + Self.values(row).joined(separator: " ")
        case .copiedRow(let row): "copied row " + Self.values(row).joined(separator: " ")
        case .query(.columns(let columns)):
            "columns " + columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
        case .query(.row): "row without columns"
        case .query(.complete(let tag)): "complete \(tag)"
        case .query(.suspended): "suspended"
        case .query(.failed(let error)): "failed \(error.sqlState): \(error.message)"
        case .query(.wantsCopyData): "wants COPY data"
        case .query(.sendsCopyData): "sends COPY data"
        case .query(.copyData(let body)): "COPY data of \(body.count) bytes"
        case .query(.parsed): "parsed"
        case .query(.parameters(let types)): "parameters " + types.map { "\($0)" }.joined(separator: ", ")
        case .query(.internalRow): "row of an internal statement"
        case .query(.ready(let status)): "ready \(status)"
        }
    }

    private static func values(_ row: Row) -> [String] {
        row.columns.indices.map { index in
            do {
                guard let value = try row.decode(index, as: RawValue?.self) else { return "NULL" }
                return Transcript.hexadecimal(value.bytes)
            } catch {
                return "\(error)"
            }
        }
    }
}

/// The bytes of a column of any type.
package struct RawValue: PostgresDecodable {
    package var bytes: [UInt8]

    package init(postgres bytes: RawSpan, type: OID, format: FormatCode) {
        self.bytes = [UInt8](copying: bytes)
    }
}
