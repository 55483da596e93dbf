extension PostgresRange: PostgresEncodable, TextEncodable where Bound: PostgresEncodable {
    /// The built-in range over the bounds' type; unspecified where there is none.
    public static var postgresType: OID { Bound.postgresType.ranges?.range ?? .unspecified }
    /// The type of an array of them.
    public static var postgresArrayType: OID { Bound.postgresType.ranges?.rangeArray ?? .unspecified }
    /// Binary for a built-in range whose bounds are binary, else text.
    public static var postgresFormat: FormatCode {
        Bound.postgresType.ranges == nil ? .text : Bound.postgresFormat
    }

    /// Writes the range. Throws what the bounds throw, and ``ValueEncodingError`` for a bound that is NULL.
    public func encode(to writer: inout ByteWriter) throws {
        guard Self.postgresFormat == .binary else { return try encodeText(to: &writer) }
        var flags: RangeFlags = isEmpty ? .isEmpty : []
        if !isEmpty {
            if lower.isInclusive { flags.insert(.includesLower) }
            if upper.isInclusive { flags.insert(.includesUpper) }
            if lower.value == nil { flags.insert(.hasNoLower) }
            if upper.value == nil { flags.insert(.hasNoUpper) }
        }
        writer.write(flags.rawValue)
        for bound in [lower.value, upper.value] {
            guard let bound, !isEmpty else { continue }
            try checkNotNull(bound)
            try writeSized(bound, to: &writer)
        }
    }

    func encodeText(to writer: inout ByteWriter) throws {
        guard !isEmpty else { return writer.write(utf8: "empty") }
        writer.write(lower.isInclusive ? UInt8(ascii: "[") : UInt8(ascii: "("))
        try writeText(of: lower.value, to: &writer)
        writer.write(UInt8(ascii: ","))
        try writeText(of: upper.value, to: &writer)
        writer.write(upper.isInclusive ? UInt8(ascii: "]") : UInt8(ascii: ")"))
    }

    private func writeText(of bound: Bound?, to writer: inout ByteWriter) throws {
        guard let bound else { return }
        try checkNotNull(bound)
        try QuotedText.bound.write(to: &writer) { writer throws in try bound.encodeText(to: &writer) }
    }

    private func checkNotNull(_ bound: Bound) throws {
        guard !bound.isPostgresNull else {
            throw ValueEncodingError.invalid("a range whose bound is NULL; one without a bound is unbounded")
        }
    }
}

/// The first byte of a range in binary format (`utils/rangetypes.h`).
struct RangeFlags: OptionSet {
    let rawValue: UInt8
    static let isEmpty = RangeFlags(rawValue: 0x01)
    static let includesLower = RangeFlags(rawValue: 0x02)
    static let includesUpper = RangeFlags(rawValue: 0x04)
    static let hasNoLower = RangeFlags(rawValue: 0x08)
    static let hasNoUpper = RangeFlags(rawValue: 0x10)
    /// The rest is used within the server only.
    static let known: RangeFlags = [.isEmpty, .includesLower, .includesUpper, .hasNoLower, .hasNoUpper]
}

extension PostgresRange: PostgresDecodable where Bound: PostgresDecodable {
    /// Binary for bounds whose text depends on settings, such as dates; else text, as a range type of one's own does not say in
    /// binary what its bounds are.
    public static var postgresResultFormat: FormatCode {
        guard Bound.postgresResultFormat == .binary, let bound = Bound.self as? any PostgresEncodable.Type else {
            return .text
        }
        switch bound.postgresType {
        case .date, .timestamp, .timestamptz: return .binary
        default: return .text
        }
    }

    /// Reads a range. In binary format one of a type of your own is read as if its bounds were of the type that the Swift type
    /// is sent as.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard let bound = type.rangeBound ?? (type.isUserDefined ? type : nil) else {
            throw ValueDecodingError.typeMismatch
        }
        switch format {
        case .binary:
            do {
                try self.init(binary: bytes, bound)
            } catch let overrun as ByteReader.OverrunError {
                throw ValueDecodingError.malformed("range \(overrun.reason)")
            }
        case .text:
            var fields = QuotedFields(range: bytes)
            try self.init(&fields, baseType(bound, of: Bound.self))
            guard fields.isAtEnd else { throw ValueDecodingError.malformed("text follows the range") }
        }
    }

    private init(binary bytes: RawSpan, _ boundType: OID) throws {
        var reader = ByteReader(bytes)
        let flags = RangeFlags(rawValue: try reader.read(UInt8.self))
        guard flags.isSubset(of: .known) else {
            throw ValueDecodingError.malformed("range flags \(flags.rawValue) are not known")
        }
        if flags.contains(.isEmpty) {
            self = .empty
        } else {
            let lower: Limit = try Self.limit(
                &reader, flags.contains(.hasNoLower), flags.contains(.includesLower), boundType)
            let upper: Limit = try Self.limit(
                &reader, flags.contains(.hasNoUpper), flags.contains(.includesUpper), boundType)
            self.init(from: lower, to: upper)
        }
        guard reader.isAtEnd else { throw ValueDecodingError.malformed("bytes follow the range") }
    }

    private static func limit(
        _ reader: inout ByteReader, _ isUnbounded: Bool, _ isInclusive: Bool, _ type: OID
    ) throws -> Limit {
        guard !isUnbounded else { return .unbounded }
        let length = Int(try reader.read(Int32.self))
        let bytes = try reader.readSpan(length)
        let value = try Bound(
            postgres: bytes, type: baseType(type, of: Bound.self, byteCount: length), format: .binary)
        return isInclusive ? .inclusive(value) : .exclusive(value)
    }

    /// Reads a range in text format, after which something else may follow.
    init(_ fields: inout QuotedFields, _ boundType: OID) throws {
        let isInclusive = fields.take("[")
        guard isInclusive || fields.take("(") else {
            guard fields.takeRest("empty") else {
                throw ValueDecodingError.malformed("range starts with neither bracket nor parenthesis")
            }
            self = .empty
            return
        }
        let lower = try Self.bound(&fields, boundType)
        guard fields.take(",") else { throw Self.incomplete }
        let upper = try Self.bound(&fields, boundType)
        let endsInclusive = fields.take("]")
        guard endsInclusive || fields.take(")") else { throw Self.incomplete }
        self.init(
            from: lower.map { isInclusive ? .inclusive($0) : .exclusive($0) } ?? .unbounded,
            to: upper.map { endsInclusive ? .inclusive($0) : .exclusive($0) } ?? .unbounded)
    }

    private static func bound(_ fields: inout QuotedFields, _ type: OID) throws -> Bound? {
        guard fields.takeValue() else { throw incomplete }
        return fields.isAbsent ? nil : try Bound(postgres: fields.value, type: type, format: .text)
    }

    private static var incomplete: ValueDecodingError {
        .malformed("range has not two bounds and a bracket or parenthesis")
    }
}
