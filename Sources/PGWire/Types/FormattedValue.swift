/// A value with a text of its own and a binary format of its own. `init(postgres:type:format:)` of such a type is
/// `init(formatted:type:format:)`.
protocol FormattedValue {
    /// What messages call a value.
    static var typeName: String { get }

    /// Whether a column of this type is read.
    static func reads(_ type: OID) -> Bool

    /// Reads the binary format, all of which must be read.
    init(binary reader: inout ByteReader) throws

    /// Parses the text that a server writes.
    init?(text: RawSpan)
}

extension FormattedValue {
    init(formatted bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard Self.reads(type) else { throw ValueDecodingError.typeMismatch }
        // The binary format of a text is the text.
        switch type == .text ? .text : format {
        case .text:
            guard let value = Self(text: bytes) else {
                throw ValueDecodingError.malformed(bytes, notA: Self.typeName)
            }
            self = value
        case .binary:
            var reader = ByteReader(bytes)
            do {
                self = try Self(binary: &reader)
            } catch let overrun as ByteReader.OverrunError {
                throw ValueDecodingError.malformed(
                    "\(Self.typeName) ends too early: \(overrun.wanted) more bytes are needed, \(overrun.remaining) are left"
                )
            }
            guard reader.isAtEnd else {
                throw ValueDecodingError.malformed("\(reader.remaining) bytes follow the \(Self.typeName)")
            }
        }
    }

    /// Parses the text that a server writes.
    init?(parsing description: String) {
        self.init(text: Array(description.utf8).rawSpan)
    }
}

extension TextCursor {
    /// Consumes blanks.
    @_lifetime(self: copy self)
    mutating func skipBlanks() {
        while take(" ") {}
    }

    /// Consumes decimal digits, at least one, as far as the number fits.
    @_lifetime(self: copy self)
    mutating func integer<I: FixedWidthInteger & UnsignedInteger>(_ type: I.Type = I.self) -> I? {
        var value: I = 0
        var count = 0
        while let digit = digit() {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(I(truncatingIfNeeded: digit))
            guard !overflow, !carry else { return nil }
            value = sum
            count += 1
        }
        return count > 0 ? value : nil
    }

    /// Consumes one hexadecimal digit.
    @_lifetime(self: copy self)
    mutating func hexadecimalDigit() -> UInt8? {
        guard let byte = next, let digit = hexadecimal(byte) else { return nil }
        _ = take()
        return digit
    }

    /// Consumes a number as servers write `real` and `double precision`, `NaN` and the infinities included.
    @_lifetime(self: copy self)
    mutating func floatingPoint<F: BinaryFloatingPoint & LosslessStringConvertible>(_ type: F.Type = F.self) -> F? {
        let start = position
        while let byte = next, Self.isOfNumber(byte) { _ = take() }
        return try? PGWire.floatingPoint(span.extracting(start..<position), named: "number")
    }

    /// Whether the byte can be part of a number: digits, letters, signs and the point.
    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
