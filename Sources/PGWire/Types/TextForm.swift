/// A value that is sent in binary format and can be written as text, too.
protocol TextEncodable {
    /// Writes what the server would print.
    func encodeText(to writer: inout ByteWriter) throws
}

extension PostgresEncodable {
    /// Writes the value as text, whatever its own format is: as an element or a field of a value that is sent as text.
    ///
    /// A type that is sent in binary format needs to be known here, by itself or by ``PostgresEncodable/postgresType``, or to say
    /// its text by `LosslessStringConvertible`.
    func encodeText(to writer: inout ByteWriter) throws {
        guard Self.postgresFormat == .binary else { return try encode(to: &writer) }
        if let value = self as? any TextEncodable { return try value.encodeText(to: &writer) }
        var binary = ByteWriter()
        try encode(to: &binary)
        if let text = try Self.text(binary.span) {
            writer.write(utf8: text)
        } else if let value = self as? any LosslessStringConvertible {
            writer.write(utf8: value.description)
        } else {
            throw ValueEncodingError.invalid(
                "a value of type \(Self.self) inside of one that is sent as text: conform it to LosslessStringConvertible, so "
                    + "that it has a text")
        }
    }

    /// What the server would print for a value in binary format; nil for types that are not known here.
    private static func text(_ bytes: RawSpan) throws -> String? {
        func value<T: PostgresDecodable>(_ type: T.Type) throws -> T {
            try T(postgres: bytes, type: postgresType, format: .binary)
        }
        return switch postgresType {
        case .int2, .int4, .int8, .oid: try value(Int64.self).description
        case .bool: try value(Bool.self) ? "t" : "f"
        case .float4: floatText(try value(Float.self), exponentFrom: 6)
        case .float8: floatText(try value(Double.self), exponentFrom: 15)
        case .numeric: try value(ExactNumeric.self).description
        case .date: try value(CalendarDate.self).description
        case .time: try value(TimeOfDay.self).description
        case .timestamp: try value(Timestamp.self).description
        case .timestamptz: try value(TimestampTZ.self).description
        case .interval: try value(Interval.self).description
        case .uuid: hexadecimalText(bytes, groups: [4, 2, 2, 2, 6])
        case .bytea: "\\x" + hexadecimalText(bytes, groups: [bytes.byteCount])
        case .text, .varchar, .bpchar, .name, .json, .jsonb:
            try String(postgres: bytes, type: postgresType, format: .binary)
        default: nil
        }
    }
}

/// The bytes as hexadecimal digits, with a hyphen between groups of so many bytes.
private func hexadecimalText(_ bytes: RawSpan, groups: [Int]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    var place = 0
    for group in groups {
        if !text.isEmpty { text.append(UInt8(ascii: "-")) }
        for index in place..<min(place + group, bytes.byteCount) {
            let byte = bytes.byte(at: index)
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        place += group
    }
    return String(decoding: text, as: UTF8.self)
}

/// The shortest exact text, as servers since version 12 print it: `0.1`, `1e+15`, `-2.5e-07`.
///
/// - Parameter limit: the power of ten from which on there is an exponent.
func floatText<F: BinaryFloatingPoint & LosslessStringConvertible>(_ value: F, exponentFrom limit: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
    guard value != 0 else { return value.sign == .minus ? "-0" : "0" }
    // Swift finds the same digits, and writes them in another way.
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    let text = Array(value.magnitude.description.utf8)
    for (index, byte) in text.enumerated() {
        switch byte {
        case UInt8(ascii: "."): point = digits.count
        case UInt8(ascii: "e"):
            exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
        default: if exponent == 0 { digits.append(byte) }
        }
        if byte == UInt8(ascii: "e") { break }
    }
    let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
    exponent += (point ?? digits.count) - leading - 1
    digits.removeFirst(leading)
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return (value < 0 ? "-" : "") + decimalText(digits, exponent, hasExponent: exponent < -4 || exponent >= limit)
}

/// The digits, the first of which counts so many powers of ten.
private func decimalText(_ digits: [UInt8], _ exponent: Int, hasExponent: Bool) -> String {
    func text(_ digits: some Sequence<UInt8>) -> String { String(decoding: Array(digits), as: UTF8.self) }
    func zeros(_ count: Int) -> String { String(repeating: "0", count: max(count, 0)) }
    if hasExponent {
        let fraction = digits.count > 1 ? "." + text(digits.dropFirst()) : ""
        let magnitude = "\(exponent.magnitude)"
        return text(digits.prefix(1)) + fraction + (exponent < 0 ? "e-" : "e+") + zeros(2 - magnitude.utf8.count)
            + magnitude
    }
    guard exponent >= 0 else { return "0." + zeros(-exponent - 1) + text(digits) }
    let whole = exponent + 1
    let fraction = digits.count > whole ? "." + text(digits.dropFirst(whole)) : ""
    return text(digits.prefix(whole)) + zeros(whole - digits.count) + fraction
}

extension Array: TextEncodable where Element: PostgresEncodable {
    func encodeText(to writer: inout ByteWriter) throws {
        if isBytea(Element.self), let bytes = self as? [UInt8] {
            writer.write(utf8: "\\x" + hexadecimalText(bytes.rawSpan, groups: [bytes.count]))
        } else {
            try encode(.text, to: &writer)
        }
    }
}

extension Optional: TextEncodable where Wrapped: PostgresEncodable {
    func encodeText(to writer: inout ByteWriter) throws { try self?.encodeText(to: &writer) }
}
