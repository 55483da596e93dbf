/// The fields of a composite value, or of a `record` as `ROW(…)` makes it (manual: "Composite Types").
///
/// ```swift
/// let record = try await db.fetchOne("SELECT ROW(1, 'a b', NULL)", as: PostgresRecord<Int, String, Bool?>.self)
/// let (number, text, flag) = record.fields
/// ```
/// For a struct with names see ``PostgresComposite``. As a parameter it is text without a type, so say the type where the server
/// cannot infer it: `\(record)::address`.
public struct PostgresRecord<each Field: Sendable>: Sendable {
    /// The fields, as a tuple.
    public var fields: (repeat each Field)

    /// The record of these fields.
    public init(_ fields: repeat each Field) { self.fields = (repeat each fields) }

    static var count: Int {
        var count = 0
        for _ in repeat (each Field).self { count += 1 }
        return count
    }
}

extension PostgresRecord: Equatable where repeat each Field: Equatable {
    /// Whether all fields are equal.
    public static func == (left: PostgresRecord, right: PostgresRecord) -> Bool {
        for (left, right) in repeat (each left.fields, each right.fields) {
            guard left == right else { return false }
        }
        return true
    }
}

extension PostgresRecord: Hashable where repeat each Field: Hashable {
    /// Hashes all fields.
    public func hash(into hasher: inout Hasher) {
        for field in repeat each fields { hasher.combine(field) }
    }
}

extension PostgresRecord: CustomStringConvertible where repeat each Field: PostgresEncodable {
    /// The text as the server prints it: `(1,"a b",)`.
    public var description: String { text(of: self) }
}

extension PostgresRecord: PostgresEncodable, TextEncodable where repeat each Field: PostgresEncodable {
    /// ``OID/unspecified``: the server infers the type.
    public static var postgresType: OID { .unspecified }
    /// Text.
    public static var postgresFormat: FormatCode { .text }

    /// Writes the fields as text. Throws what they throw, and ``ValueEncodingError`` for a type whose text is not known.
    public func encode(to writer: inout ByteWriter) throws { try encodeText(to: &writer) }

    func encodeText(to writer: inout ByteWriter) throws {
        writer.write(UInt8(ascii: "("))
        var isFirst = true
        for field in repeat each fields {
            if !isFirst { writer.write(UInt8(ascii: ",")) }
            isFirst = false
            guard !field.isPostgresNull else { continue }
            try QuotedText.field.write(to: &writer) { writer throws in try field.encodeText(to: &writer) }
        }
        writer.write(UInt8(ascii: ")"))
    }
}

extension PostgresRecord: PostgresDecodable where repeat each Field: PostgresDecodable {
    /// Binary when all fields are asked for in binary format, else text.
    public static var postgresResultFormat: FormatCode {
        for field in repeat (each Field).self {
            if field.postgresResultFormat == .text { return .text }
        }
        return .binary
    }

    /// Reads a composite or a `record`. Another number of fields is ``ValueDecodingError/malformed(_:)``. In text format nothing
    /// says the fields' types: they are read as what the Swift types are sent as.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type.mayBeComposite else { throw ValueDecodingError.typeMismatch }
        do {
            var reader = try RecordReader(bytes, format, count: Self.count)
            self.init(repeat try reader.next((each Field).self))
            try reader.end()
        } catch let overrun as ByteReader.OverrunError {
            throw ValueDecodingError.malformed("composite \(overrun.reason)")
        }
    }
}

extension OID {
    /// Whether it is `record`, a type of a database, or that of a row of a system catalog, which there are of many numbers.
    fileprivate var mayBeComposite: Bool {
        switch rawValue {
        case 2249, 71, 75, 81, 83, 1248, 2842, 2843, 4066, 6101: true
        // From here on `initdb` counts (`FirstGenbkiObjectId`).
        default: rawValue >= 10_000
        }
    }
}
