/// Which transactions had ended at one moment: `pg_snapshot` (manual: "Transaction ID and Snapshot Information
/// Functions"), and the older `txid_snapshot`.
public struct TransactionSnapshot: Sendable, Hashable, LosslessStringConvertible {
    /// The first transaction that was still active; all before it had ended.
    public let minimum: FullTransactionID
    /// The first that had not begun.
    public let maximum: FullTransactionID
    /// Those in between that were active, in order.
    public let active: [FullTransactionID]

    /// The snapshot of these bounds; nil unless the active transactions are in order and between them.
    public init?(minimum: FullTransactionID, maximum: FullTransactionID, active: [FullTransactionID]) {
        guard minimum <= maximum, active.allSatisfy({ minimum <= $0 && $0 < maximum }),
            zip(active, active.dropFirst()).allSatisfy({ $0 <= $1 })
        else { return nil }
        self.minimum = minimum
        self.maximum = maximum
        self.active = active
    }

    /// The text as the server writes it: `10:20:10,14,15`.
    public var description: String {
        "\(minimum):\(maximum):\(active.map(\.description).joined(separator: ","))"
    }

    /// Parses both bounds and the active transactions; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension TransactionSnapshot: FormattedValue {
    static var typeName: String { "pg_snapshot" }

    static func reads(_ type: OID) -> Bool { type == .pgSnapshot || type == .txidSnapshot }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard let minimum = cursor.integer(UInt64.self), cursor.take(":"), let maximum = cursor.integer(UInt64.self),
            cursor.take(":")
        else { return nil }
        var active: [FullTransactionID] = []
        while !cursor.isAtEnd {
            guard active.isEmpty || cursor.take(","), let number = cursor.integer(UInt64.self) else { return nil }
            active.append(FullTransactionID(rawValue: number))
        }
        self.init(
            minimum: FullTransactionID(rawValue: minimum), maximum: FullTransactionID(rawValue: maximum), active: active
        )
    }

    init(binary reader: inout ByteReader) throws {
        let count = Int(try reader.read(Int32.self))
        let minimum = try FullTransactionID(binary: &reader)
        let maximum = try FullTransactionID(binary: &reader)
        // The bytes that came limit the allocation.
        guard count >= 0, count <= reader.remaining / 8 else {
            throw ValueDecodingError.malformed("\(count) transactions in \(reader.remaining) bytes")
        }
        var active: [FullTransactionID] = []
        active.reserveCapacity(count)
        for _ in 0..<count { active.append(try FullTransactionID(binary: &reader)) }
        guard let value = TransactionSnapshot(minimum: minimum, maximum: maximum, active: active) else {
            throw ValueDecodingError.malformed("pg_snapshot out of order")
        }
        self = value
    }
}

extension TransactionSnapshot: PostgresEncodable, PostgresDecodable {
    /// `pg_snapshot`.
    public static var postgresType: OID { .pgSnapshot }
    /// `pg_snapshot[]`.
    public static var postgresArrayType: OID { .pgSnapshotArray }

    /// Writes the number of active transactions, both bounds, and the transactions.
    public func encode(to writer: inout ByteWriter) {
        writer.write(Int32(truncatingIfNeeded: active.count))
        for transaction in [minimum, maximum] + active { transaction.encode(to: &writer) }
    }

    /// Reads a `pg_snapshot` or a `txid_snapshot`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
