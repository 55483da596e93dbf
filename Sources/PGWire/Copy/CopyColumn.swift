/// A column that a binary COPY writes to.
struct CopyColumn: Sendable {
    let name: SQLIdentifier
    /// Its type; what a domain is made of.
    let type: OID
    /// Whether what is sent in binary format is the text: that of an enum, or of a type like `citext`.
    let isTextual: Bool

    /// From a row of the answer to ``CopyTarget/question``.
    init(_ row: RowView) throws {
        let (name, type, category) = try row.decode(as: (SQLIdentifier, UInt32Text, String).self)
        (self.name, self.type, isTextual) = (name, OID(type.value), category == "E" || category == "S")
    }

    /// Whether a value of another declared type, in this format, is read by the column's type as what it is.
    func takes(_ declared: OID, _ format: FormatCode) -> Bool {
        let isText = declared == .unspecified && format == .text || Self.textTypes.contains(declared)
        if isText { return Self.textTypes.contains(type) || type == .json || isTextual }
        // A type of the program's own, for one of the database's own: its number differs from database to database.
        return declared == .unspecified && type.isUserDefined
    }

    private static let textTypes: Set<OID> = [.text, .varchar, .bpchar, .name]

    /// Which Swift type to write, where that is certain, and else what to do.
    var advice: String {
        let swift: [OID: String] = [
            .bool: "Bool", .int2: "Int16", .int4: "Int32", .int8: "Int64", .float4: "Float", .float8: "Double",
            .numeric: "Decimal", .uuid: "UUID", .bytea: "[UInt8]", .timestamptz: "Date", .text: "String",
            .varchar: "String", .oid: "OID",
        ]
        return swift[type].map { ": write a value of type \($0)" }
            ?? ": write JSONEncoded to a json or jsonb column, and use text format, or an INSERT, for what has no other way"
    }
}

/// An `oid` of a row in text format.
private struct UInt32Text: PostgresDecodable {
    let value: UInt32
    init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        value = try UInt32(integerColumn: bytes, type: type, format: format)
    }
}
