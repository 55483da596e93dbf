extension FixedWidthInteger {
    /// Reads any integer type; throws ``ValueDecodingError/outOfRange(_:)`` when the value does not fit.
    @usableFromInline
    init(integerColumn bytes: RawSpan, type: OID, format: FormatCode) throws {
        let value = try Self.wide(bytes, type: type, format: format)
        guard let exact = Self(exactly: value) else {
            throw ValueDecodingError.outOfRange("\(value) is outside the range of \(Self.self)")
        }
        self = exact
    }

    @inline(__always)
    private static func wide(_ bytes: RawSpan, type: OID, format: FormatCode) throws -> Int64 {
        guard format == .binary else { return try wide(text: bytes, type: type) }
        var reader = ByteReader(bytes)
        switch type {
        case .int4:
            try bytes.require(4, for: "int4")
            return Int64(try reader.read(Int32.self))
        case .int8:
            try bytes.require(8, for: "int8")
            return try reader.read(Int64.self)
        case .int2:
            try bytes.require(2, for: "int2")
            return Int64(try reader.read(Int16.self))
        case .oid:
            try bytes.require(4, for: "oid")
            return Int64(try reader.read(UInt32.self))
        default:
            throw ValueDecodingError.typeMismatch
        }
    }

    private static func wide(text bytes: RawSpan, type: OID) throws -> Int64 {
        let range: ClosedRange<Int64>
        let name: String
        switch type {
        case .int2: (range, name) = (Int64(Int16.min)...Int64(Int16.max), "int2")
        case .int4: (range, name) = (Int64(Int32.min)...Int64(Int32.max), "int4")
        case .int8: (range, name) = (Int64.min...Int64.max, "int8")
        case .oid: (range, name) = (0...Int64(UInt32.max), "oid")
        default: throw ValueDecodingError.typeMismatch
        }
        var cursor = TextCursor(bytes)
        let isNegative = cursor.take("-")
        var value: Int64 = 0
        var count = 0
        while let digit = cursor.digit() {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(isNegative ? -Int64(digit) : Int64(digit))
            guard !overflow, !carry else { throw ValueDecodingError.outOfRange(bytes, of: name) }
            value = sum
            count += 1
        }
        guard count > 0, cursor.isAtEnd else { throw ValueDecodingError.malformed(bytes, notA: name) }
        guard range.contains(value) else { throw ValueDecodingError.outOfRange(bytes, of: name) }
        return value
    }
}

/// `smallint` (manual: "Integer Types").
extension Int16: PostgresEncodable, PostgresDecodable {
    /// `smallint`.
    @inlinable public static var postgresType: OID { .int2 }
    /// `smallint[]`.
    @inlinable public static var postgresArrayType: OID { .int2Array }

    /// Writes two bytes.
    @inlinable
    public func encode(to writer: inout ByteWriter) { writer.write(self) }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(self) }

    /// Reads `smallint`, `integer`, `bigint` or `oid`; a value that does not fit is
    /// ``ValueDecodingError/outOfRange(_:)``.
    @inlinable
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if type == .int2, format == .binary, bytes.byteCount == MemoryLayout<Int16>.size,
            let value = bytes.integer(at: 0, as: Int16.self)
        {
            self = value
            return
        }
        try self.init(integerColumn: bytes, type: type, format: format)
    }
}

/// `integer` (manual: "Integer Types").
extension Int32: PostgresEncodable, PostgresDecodable {
    /// `integer`.
    @inlinable public static var postgresType: OID { .int4 }
    /// `integer[]`.
    @inlinable public static var postgresArrayType: OID { .int4Array }

    /// Writes four bytes.
    @inlinable
    public func encode(to writer: inout ByteWriter) { writer.write(self) }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(self) }

    /// Reads `smallint`, `integer`, `bigint` or `oid`; a value that does not fit is
    /// ``ValueDecodingError/outOfRange(_:)``.
    @inlinable
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if type == .int4, format == .binary, bytes.byteCount == MemoryLayout<Int32>.size,
            let value = bytes.integer(at: 0, as: Int32.self)
        {
            self = value
            return
        }
        try self.init(integerColumn: bytes, type: type, format: format)
    }
}

/// `bigint` (manual: "Integer Types").
extension Int64: PostgresEncodable, PostgresDecodable {
    /// `bigint`.
    @inlinable public static var postgresType: OID { .int8 }
    /// `bigint[]`.
    @inlinable public static var postgresArrayType: OID { .int8Array }

    /// Writes eight bytes.
    @inlinable
    public func encode(to writer: inout ByteWriter) { writer.write(self) }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(self) }

    /// Reads `smallint`, `integer`, `bigint` or `oid`; a value that does not fit is
    /// ``ValueDecodingError/outOfRange(_:)``.
    @inlinable
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if type == .int8, format == .binary, bytes.byteCount == MemoryLayout<Int64>.size,
            let value = bytes.integer(at: 0, as: Int64.self)
        {
            self = value
            return
        }
        try self.init(integerColumn: bytes, type: type, format: format)
    }
}

/// `bigint` (manual: "Integer Types"), as `Int64`.
extension Int: PostgresEncodable, PostgresDecodable {
    /// `bigint`.
    @inlinable public static var postgresType: OID { .int8 }
    /// `bigint[]`.
    @inlinable public static var postgresArrayType: OID { .int8Array }

    /// Writes eight bytes.
    @inlinable
    public func encode(to writer: inout ByteWriter) { writer.write(Int64(self)) }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(Int64(self)) }

    /// Reads `smallint`, `integer`, `bigint` or `oid`; a value that does not fit is
    /// ``ValueDecodingError/outOfRange(_:)``.
    @inlinable
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if type == .int8, format == .binary, bytes.byteCount == 8, let wide = bytes.integer(at: 0, as: Int64.self),
            let value = Int(exactly: wide)
        {
            self = value
            return
        }
        try self.init(integerColumn: bytes, type: type, format: format)
    }
}

/// `oid` (manual: "Object Identifier Types").
extension OID: PostgresEncodable, PostgresDecodable {
    /// `oid`.
    public static var postgresType: OID { .oid }
    /// `oid[]`.
    public static var postgresArrayType: OID { .oidArray }

    /// Writes four bytes.
    @inlinable
    public func encode(to writer: inout ByteWriter) { writer.write(rawValue) }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(rawValue) }

    /// Reads `oid`, an integer of another type that fits, or a reg type such as `regclass`; of these the text, which is a name,
    /// is ``ValueDecodingError/malformed(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        let type = Self.registered.contains(type) ? .oid : type
        self.init(try UInt32(integerColumn: bytes, type: type, format: format))
    }
}
