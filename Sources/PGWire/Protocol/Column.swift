/// One column of a result (manual: message RowDescription).
public struct Column: Sendable, Hashable {
    /// The column's name; not necessarily unique.
    public var name: String
    /// The type.
    public var type: OID
    /// How its values travel.
    public var format: Format
    /// The table that the column comes from; 0 when it comes from none.
    public var tableOID: UInt32
    /// The column's number within that table; 0 when it comes from none.
    public var attributeNumber: Int16
    /// `pg_type.typlen`: the size in bytes, negative where it varies.
    public var typeSize: Int16
    /// `pg_attribute.atttypmod`, such as the length of a `varchar(n)` plus 4; -1 where there is none.
    public var typeModifier: Int32
}

/// The columns of a result, shared by all of its rows.
public final class Columns: Sendable, RandomAccessCollection {
    private let columns: [Column]
    private let indices: [String: Int]

    package init(_ columns: [Column]) {
        self.columns = columns
        // Of several columns with one name the first is found, as in libpq's PQfnumber.
        self.indices = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { columns.count }
    public subscript(position: Int) -> Column { columns[position] }

    /// The place of the first column with this name, in exactly this spelling.
    public func index(of name: String) -> Int? { indices[name] }

    /// The names, for messages.
    package var names: String { columns.isEmpty ? "none" : columns.map(\.name).joined(separator: ", ") }
}
