import Synchronization

/// One column of a result (manual: message RowDescription).
public struct Column: Sendable, Hashable {
    /// The column's name; not necessarily unique.
    public var name: String
    /// The type.
    public var type: OID
    /// The format code of its values.
    public var format: FormatCode
    /// The table that the column comes from; 0 when it comes from none.
    public var tableOID: UInt32
    /// The column's number within that table; 0 when it comes from none.
    public var attributeNumber: Int16
    /// `pg_type.typlen`: the size in bytes, negative where it varies.
    public var typeSize: Int16
    /// `pg_attribute.atttypmod`, such as the length of a `varchar(n)` plus 4; -1 where there is none.
    public var typeModifier: Int32

    /// Compares names by their bytes.
    public static func == (left: Column, right: Column) -> Bool {
        left.name.hasSameBytes(as: right.name) && left.type == right.type && left.format == right.format
            && left.tableOID == right.tableOID && left.attributeNumber == right.attributeNumber
            && left.typeSize == right.typeSize && left.typeModifier == right.typeModifier
    }

    /// Hashes what ``==(_:_:)`` compares.
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
    /// The type and format of each column. Plain memory, as it is read for every value: an array would be retained and
    /// released each time.
    @usableFromInline nonisolated(unsafe) let kinds: UnsafeBufferPointer<Kind>

    /// A column's type and format.
    @usableFromInline struct Kind: Sendable, BitwiseCopyable {
        @usableFromInline let type: OID
        @usableFromInline let format: FormatCode
    }

    /// The columns whose text cannot be told, as they are binary and the server prints them in another style. Hardly ever any.
    private let styled: Set<Int>
    /// The number of columns; -1 when some are ``styled``, so that who decodes has to look twice.
    @usableFromInline let usualCount: Int

    package init(_ columns: [Column], _ settings: OutputSettings = OutputSettings()) {
        self.columns = columns
        let kinds = UnsafeMutableBufferPointer<Kind>.allocate(capacity: columns.count)
        _ = unsafe kinds.initialize(from: columns.map { Kind(type: $0.type, format: $0.format) })
        unsafe self.kinds = UnsafeBufferPointer(kinds)
        styled =
            columns.isEmpty
            ? []
            : Set(columns.indices.lazy.filter { columns[$0].format == .binary && !settings.canPrint(columns[$0].type) })
        usualCount = styled.isEmpty ? columns.count : -1
    }

    private let knowledge = AtomicLazyReference<AnySendable>()

    /// What others keep with the columns, for as long as they live: of one type, which is made when it is asked for first.
    func learned<T: AnyObject & Sendable>(_ make: () -> T) -> T {
        if let known = knowledge.load()?.value as? T { return known }
        let made = make()
        return knowledge.storeIfNil(AnySendable(made)).value as? T ?? made
    }

    /// Whether the text of the column at `index` cannot be told.
    func isStyled(_ index: Int) -> Bool { styled.contains(index) }

    deinit { unsafe kinds.deallocate() }

    /// The columns of a binary COPY. It does not describe them: their types are those that they are decoded as.
    package convenience init(binary types: [OID], names: [String]? = nil) {
        self.init(
            types.enumerated().map { index, type in
                Column(
                    name: names.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? "\(index + 1)", type: type,
                    format: .binary, tableOID: 0, attributeNumber: 0, typeSize: -1,
                    typeModifier: -1)
            })
    }

    /// The same columns in other formats.
    func inFormats(_ formats: ResultFormats, _ settings: OutputSettings) -> Columns {
        Columns(
            columns.enumerated().map { index, column in
                var column = column
                column.format = formats[index]
                return column
            }, settings)
    }

    /// The same columns, where the server prints values by these settings.
    func printed(by settings: OutputSettings) -> Columns {
        let isUsual = columns.allSatisfy { $0.format == .text || settings.canPrint($0.type) }
        return isUsual ? self : Columns(columns, settings)
    }

    /// Whether they take little memory, so that many statements' can be kept: no server's take more, with names of 63 bytes.
    var areSmall: Bool { columns.count <= 1664 && columns.allSatisfy { $0.name.utf8.count <= 255 } }

    /// The types of the columns.
    var types: [OID] { columns.map(\.type) }

    /// 0.
    public var startIndex: Int { 0 }
    /// The number of columns.
    public var endIndex: Int { columns.count }
    /// The column at `position`, counted from 0.
    public subscript(position: Int) -> Column { columns[position] }

    /// The index of the first column with this name, compared byte for byte; nil when there is none.
    public func index(of name: String) -> Int? { columns.firstIndex { $0.name.hasSameBytes(as: name) } }

    /// The names, for messages.
    package var names: String {
        guard !columns.isEmpty else { return "none" }
        let names = columns.prefix(50).map { String($0.name.prefix(100)).escapingControls }
        return names.joined(separator: ", ") + (columns.count > names.count ? ", …" : "")
    }
}

/// Any object that tasks may share.
private final class AnySendable: Sendable {
    let value: any AnyObject & Sendable
    init(_ value: any AnyObject & Sendable) { self.value = value }
}
