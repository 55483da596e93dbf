/// One column of a result (manual: message RowDescription).
public struct Column: Sendable, Hashable {
    /// The column's name; not necessarily unique.
    public var name: String
    /// The type.
    public var type: OID
    /// How its values travel.
    public var format: FormatCode
    /// The table that the column comes from; 0 when it comes from none.
    public var tableOID: UInt32
    /// The column's number within that table; 0 when it comes from none.
    public var attributeNumber: Int16
    /// `pg_type.typlen`: the size in bytes, negative where it varies.
    public var typeSize: Int16
    /// `pg_attribute.atttypmod`, such as the length of a `varchar(n)` plus 4; -1 where there is none.
    public var typeModifier: Int32

    /// Names are the same when their bytes are.
    public static func == (left: Column, right: Column) -> Bool {
        left.name.hasSameBytes(as: right.name) && left.type == right.type && left.format == right.format
            && left.tableOID == right.tableOID && left.attributeNumber == right.attributeNumber
            && left.typeSize == right.typeSize && left.typeModifier == right.typeModifier
    }

    public func hash(into hasher: inout Hasher) {
        name.hashBytes(into: &hasher)
        hasher.combine(type)
        hasher.combine(tableOID)
        hasher.combine(attributeNumber)
    }
}

/// The columns of a result, shared by all of its rows.
@safe public final class Columns: Sendable, RandomAccessCollection {
    private let columns: [Column]
    /// Of each column what decoding its values takes. Plain memory, as it is read for every value of every row: an array
    /// would be counted each time.
    @usableFromInline nonisolated(unsafe) let kinds: UnsafeBufferPointer<Kind>

    /// A column's type and format.
    @usableFromInline struct Kind: Sendable, BitwiseCopyable {
        @usableFromInline let type: OID
        @usableFromInline let format: FormatCode
    }

    package init(_ columns: [Column]) {
        self.columns = columns
        let kinds = UnsafeMutableBufferPointer<Kind>.allocate(capacity: columns.count)
        _ = unsafe kinds.initialize(from: columns.map { Kind(type: $0.type, format: $0.format) })
        unsafe self.kinds = UnsafeBufferPointer(kinds)
    }

    deinit { unsafe kinds.deallocate() }

    /// The columns of binary COPY, which say nothing of themselves: only the types are known, from those that they are to
    /// be decoded as.
    package convenience init(binary types: [OID]) {
        self.init(
            types.enumerated().map { index, type in
                Column(
                    name: "\(index + 1)", type: type, format: .binary, tableOID: 0, attributeNumber: 0, typeSize: -1,
                    typeModifier: -1)
            })
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { columns.count }
    public subscript(position: Int) -> Column { columns[position] }

    /// The place of the first column with this name, in exactly this spelling, byte for byte, as libpq's `PQfnumber`.
    public func index(of name: String) -> Int? { columns.firstIndex { $0.name.hasSameBytes(as: name) } }

    /// The names, for messages.
    package var names: String {
        guard !columns.isEmpty else { return "none" }
        let names = columns.prefix(50).map { String($0.name.prefix(100)).escapingControls }
        return names.joined(separator: ", ") + (columns.count > names.count ? ", …" : "")
    }
}
