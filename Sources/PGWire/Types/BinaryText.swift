/// The text of values that came in binary format, as the server would print them: the types of
/// ``OID/hasKnownBinaryFormat``, and arrays of them.
extension String {
    /// The text of a value of this type in binary format.
    ///
    /// - Throws: ``ValueDecodingError/typeMismatch`` for a type whose binary format is not known: bytes never become text.
    init(printing bytes: RawSpan, type: OID) throws {
        do {
            try self.init(printingChecked: bytes, type: type)
        } catch let overrun as ByteReader.OverrunError {
            throw ValueDecodingError.malformed("the value \(overrun.reason)")
        }
    }

    private init(printingChecked bytes: RawSpan, type: OID) throws {
        if let element = type.arrayElement {
            guard type.hasKnownBinaryFormat else { throw ValueDecodingError.typeMismatch }
            self = try Self.array(bytes, type: element)
            return
        }
        switch type {
        case .ofCopiedText:
            // What is no text has zero bytes as a rule, and text has none.
            guard let text = String(validating: bytes), !text.hasZero else { throw ValueDecodingError.typeMismatch }
            self = text
        case .bool: self = try Bool(postgres: bytes, type: type, format: .binary) ? "t" : "f"
        case .int2, .int4, .int8, .oid: self = String(try Int64(postgres: bytes, type: type, format: .binary))
        case .float4: self = PostgresFloatText.text(try Float(postgres: bytes, type: type, format: .binary))
        case .float8: self = PostgresFloatText.text(try Double(postgres: bytes, type: type, format: .binary))
        case .numeric: self = try ExactNumeric(postgres: bytes, type: type, format: .binary).description
        case .bytea: self = Self.hexadecimal(bytes)
        case .uuid: self = try Self.uuid(bytes)
        case .date: self = try CalendarDate(postgres: bytes, type: type, format: .binary).description
        case .time: self = try TimeOfDay(postgres: bytes, type: type, format: .binary).description
        case .timestamp: self = try Timestamp(postgres: bytes, type: type, format: .binary).description
        case .timestamptz: self = try TimestampTZ(postgres: bytes, type: type, format: .binary).description
        default: throw ValueDecodingError.typeMismatch
        }
    }

    /// As with `bytea_output = hex`, which is the default.
    private static func hexadecimal(_ bytes: RawSpan) -> String {
        var writer = ByteWriter(capacity: 2 + bytes.byteCount * 2)
        writer.write(utf8: "\\x")
        for index in 0..<bytes.byteCount { writer.write(hexadecimal: bytes.byte(at: index)) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func uuid(_ bytes: RawSpan) throws -> String {
        try bytes.require(16, for: "uuid")
        var writer = ByteWriter(capacity: 36)
        for index in 0..<bytes.byteCount {
            if [4, 6, 8, 10].contains(index) { writer.write(UInt8(ascii: "-")) }
            writer.write(hexadecimal: bytes.byte(at: index))
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Arrays.
extension String {
    /// What an array in binary format begins with (`array_send`).
    private struct Shape {
        var counts: [Int] = []
        var lowerBounds: [Int32] = []

        /// The greatest number of dimensions that an array has in PostgreSQL (`MAXDIM`).
        static let maximumDimensions = 6

        init(_ reader: inout ByteReader) throws {
            let dimensions = try reader.read(Int32.self)
            _ = try reader.read(Int32.self)  // whether there are NULLs
            _ = try reader.read(UInt32.self)  // the type of the elements
            guard (0...Int32(Self.maximumDimensions)).contains(dimensions) else {
                throw ValueDecodingError.malformed("an array of \(dimensions) dimensions")
            }
            for _ in 0..<dimensions {
                let count = Int(try reader.read(Int32.self))
                // An element takes at least 4 bytes, but for dimensions in which there is one only.
                guard count > 0, count <= Swift.max(reader.remaining / 4, 1) else {
                    throw ValueDecodingError.malformed("an array of \(count) elements in \(reader.remaining) bytes")
                }
                counts.append(count)
                lowerBounds.append(try reader.read(Int32.self))
            }
        }

        /// The bounds as they stand before the elements, unless all begin at 1.
        var bounds: String {
            guard lowerBounds.contains(where: { $0 != 1 }) else { return "" }
            let ranges = zip(counts, lowerBounds).map { "[\($1):\(Int($1) + $0 - 1)]" }
            return ranges.joined() + "="
        }
    }

    private static func array(_ bytes: RawSpan, type: OID) throws -> String {
        var reader = ByteReader(bytes)
        let shape = try Shape(&reader)
        guard !shape.counts.isEmpty else { return "{}" }
        var text = shape.bounds
        try append(shape.counts[...], type, &reader, to: &text)
        guard reader.isAtEnd else { throw ValueDecodingError.malformed("bytes follow the last element of the array") }
        return text
    }

    private static func append(
        _ counts: ArraySlice<Int>, _ type: OID, _ reader: inout ByteReader, to text: inout String
    ) throws {
        guard let count = counts.first else { return try appendElement(type, &reader, to: &text) }
        text += "{"
        for index in 0..<count {
            if index > 0 { text += "," }
            try append(counts.dropFirst(), type, &reader, to: &text)
        }
        text += "}"
    }

    private static func appendElement(_ type: OID, _ reader: inout ByteReader, to text: inout String) throws {
        let length = try reader.read(Int32.self)
        if length == -1 { return text += "NULL" }
        let element = try String(postgres: try reader.readSpan(Int(length)), type: type, format: .binary)
        guard needsQuotes(element) else { return text += element }
        text += "\""
        for scalar in element.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        text += "\""
    }

    /// As the server does (`array_out`), so that an element cannot be taken for NULL, or for two.
    private static func needsQuotes(_ element: String) -> Bool {
        element.isEmpty || element.utf8.count == 4 && element.lowercased() == "null"
            || element.utf8.contains { byte in
                switch byte {
                case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\\"),
                    UInt8(ascii: " "), 0x09...0x0D:
                    true
                default: false
                }
            }
    }
}

extension ByteWriter {
    fileprivate mutating func write(hexadecimal byte: UInt8) {
        for digit in [byte >> 4, byte & 15] {
            write(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
