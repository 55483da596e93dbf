/// A row, or the part of a row that the server sent, as a change has it.
///
/// ```swift
/// let id = try row.decode("id", as: Int64.self)
/// let player = try row.decode(as: Player.self)  // any Decodable, by the columns' names
/// ```
/// A value that the server did not send is not NULL: to decode it is an error, and ``subscript(_:)`` says why it is not there.
public struct ReplicatedRow: Sendable {
    /// The table.
    public let relation: ReplicatedRelation
    /// Whether there are the columns of the key only (``ReplicatedRelation/isKey``), as in the old row of a table whose
    /// replica identity is not FULL.
    public let isKeyOnly: Bool
    /// ``ReplicatedRelation/columns`` in the formats of the values.
    package let columns: Columns
    /// For each column its length, or -1, and its bytes.
    package let values: Chunk
    /// The indices of the values that were not sent, in order.
    package let unsent: [Int]

    package init(
        _ relation: ReplicatedRelation, isKeyOnly: Bool, columns: Columns, values: Chunk, unsent: [Int]
    ) {
        self.relation = relation
        self.isKeyOnly = isKeyOnly
        self.columns = columns
        self.values = values
        self.unsent = unsent
    }
}

/// A value of a ``ReplicatedRow`` as it came.
public enum ReplicatedValue: Sendable, Hashable {
    /// NULL.
    case null
    /// It was not sent: it is stored out of line (TOAST), and the update did not change it, so what was there before still
    /// holds. With `REPLICA IDENTITY FULL` the old row has it.
    case unchanged
    /// It was not sent, as it is not part of the key.
    case notKey
    /// Its text.
    case text(String)
    /// Its binary form (``Replication/Options/binary``).
    case binary([UInt8])

    /// Compares the bytes.
    public static func == (left: ReplicatedValue, right: ReplicatedValue) -> Bool {
        switch (left, right) {
        case (.null, .null), (.unchanged, .unchanged), (.notKey, .notKey): true
        case (.text(let left), .text(let right)): left.hasSameBytes(as: right)
        case (.binary(let left), .binary(let right)): left == right
        default: false
        }
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .unchanged: hasher.combine(1)
        case .notKey: hasher.combine(2)
        case .text(let text): text.hashBytes(into: &hasher)
        case .binary(let bytes): hasher.combine(bytes)
        }
    }
}
