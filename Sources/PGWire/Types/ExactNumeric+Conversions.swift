#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension ExactNumeric: ExpressibleByIntegerLiteral {
    /// The number with this value.
    public init(integerLiteral value: Int64) { self.init(value) }

    /// The same number.
    public init<I: FixedWidthInteger>(_ value: I) {
        var digits: [Int16] = []
        var rest = value.magnitude
        // From the last digit on. An 8-bit type cannot express 10000, but has one digit at most.
        while rest > 0 {
            guard let base = I.Magnitude(exactly: 10000) else {
                digits.append(Int16(truncatingIfNeeded: rest))
                break
            }
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: base)
            digits.append(Int16(truncatingIfNeeded: remainder))
            rest = quotient
        }
        self.init(isNegative: value < 0, digits: digits.reversed(), weight: digits.count - 1, scale: 0)
    }

    /// The decimal number with the fewest digits that rounds to `value`, as it is printed; NaN and the infinities
    /// likewise.
    public init(_ value: Double) {
        if value.isNaN {
            self = .nan
        } else if value.isInfinite {
            self = value < 0 ? .negativeInfinity : .infinity
        } else {
            // Always valid: the exponents of Double are within the range.
            self = ExactNumeric("\(value)") ?? .nan
        }
    }

    /// The same number.
    public init(_ value: Decimal) {
        // `description` is exact and independent of the locale; "NaN" is valid, too.
        self = ExactNumeric(value.description) ?? .nan
    }
}

extension FixedWidthInteger {
    /// The same number; nil when it has a fraction, is out of range or not finite.
    public init?(exactly numeric: ExactNumeric) {
        guard numeric.isFinite else { return nil }
        guard !numeric.digits.isEmpty else {
            self = 0
            return
        }
        // The widest integer, of 128 bits, has ten base-10000 digits.
        guard numeric.digits.count <= numeric.weight + 1, numeric.weight < 10 else { return nil }
        var text = numeric.isNegative ? "-" : ""
        for index in 0...numeric.weight {
            text += DateTimeText.pad(index < numeric.digits.count ? Int(numeric.digits[index]) : 0, 4)
        }
        guard let value = Self(text) else { return nil }
        self = value
    }
}

extension Double {
    /// The nearest number; an infinity when it is beyond the range.
    public init(_ numeric: ExactNumeric) {
        switch numeric.kind {
        case .nan: self = .nan
        case .infinity: self = .infinity
        case .negativeInfinity: self = -.infinity
        // Too large numbers become infinities.
        case .positive, .negative: self = Double(numeric.description) ?? .nan
        }
    }
}

extension ExactNumeric: CodableAsText {
    /// Reads the text, or a number, as which JSON has it. Throws `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Decimal.self) {
            self.init(number)
            return
        }
        let text = try container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "the text is no number")
        }
        self = value
    }
}

extension Decimal {
    /// The same number; nil when `Decimal`, which has 38 digits, cannot hold it. NaN is NaN.
    public init?(exactly numeric: ExactNumeric) {
        if numeric.isNaN {
            self = .nan
            return
        }
        // Decimal rounds silently, so the result is compared.
        guard numeric.isFinite, abs(numeric.weight) < 64, numeric.digits.count < 64,
            let value = Decimal(string: numeric.description), ExactNumeric(value) == numeric
        else { return nil }
        self = value
    }
}

/// `numeric` (manual: "Arbitrary Precision Numbers"). ``ExactNumeric`` holds those that `Decimal` cannot.
extension Decimal: PostgresEncodable, PostgresDecodable {
    /// `numeric`.
    public static var postgresType: OID { .numeric }
    /// `numeric[]`.
    public static var postgresArrayType: OID { .numericArray }

    /// Writes the number exactly.
    public func encode(to writer: inout ByteWriter) throws { try ExactNumeric(self).encode(to: &writer) }

    /// Reads a `numeric`, or an integer. A number with more digits than `Decimal` has, or an infinity, is
    /// ``ValueDecodingError/outOfRange(_:)``, never rounded.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        let numeric = try ExactNumeric(postgres: bytes, type: type, format: format)
        guard let value = Decimal(exactly: numeric) else {
            let text = numeric.description
            let excerpt = text.utf8.count > 60 ? text.prefix(60) + "…" : text[...]
            throw ValueDecodingError.outOfRange("\(excerpt) does not fit in Decimal")
        }
        self = value
    }
}
