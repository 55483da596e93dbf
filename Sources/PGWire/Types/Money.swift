/// An amount in the currency of the database: `money` (manual: "Monetary Types").
///
/// The server's text depends on its `lc_monetary` (`$1,234.50`), which this type does not know: it is read in binary format
/// only, and has no text of PostgreSQL's. So it must be asked for, by `as: Money.self` or in a tuple: a `Row` and a `Decodable`
/// struct, whose columns may come as text, cannot have it; cast the column to `numeric` there. To show an amount as the server
/// would, read the column as `String`.
public struct Money: Sendable, Hashable, Comparable, RawRepresentable, CustomStringConvertible {
    /// The amount in the smallest unit of the currency, such as cents.
    public var rawValue: Int64

    /// An amount in the smallest unit of the currency, such as cents.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// Whether the left amount is less.
    public static func < (left: Money, right: Money) -> Bool { left.rawValue < right.rawValue }

    /// The number of the smallest units.
    public var description: String { "\(rawValue)" }
}

extension Money: PostgresEncodable, PostgresDecodable {
    /// `money`.
    public static var postgresType: OID { .money }
    /// `money[]`.
    public static var postgresArrayType: OID { .moneyArray }

    /// Writes eight bytes.
    public func encode(to writer: inout ByteWriter) { writer.write(rawValue) }

    /// Reads a `money` in binary format. As text, as in the results of a script, it is
    /// ``ValueDecodingError/malformed(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .money else { throw ValueDecodingError.typeMismatch }
        guard format == .binary else {
            throw ValueDecodingError.malformed(
                "the text of money depends on the server's lc_monetary; read it as String")
        }
        try bytes.require(8, for: "money")
        var reader = ByteReader(bytes)
        rawValue = try reader.read(Int64.self)
    }
}
