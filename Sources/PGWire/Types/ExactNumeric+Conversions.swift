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
        // Built from the last digit on. A type of eight bits has no 10000, but then one digit is all there is.
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

    /// The decimal number with the fewest digits that gives `value` back, as it is printed; NaN and infinities likewise.
    public init(_ value: Double) {
        if value.isNaN {
            self = .nan
        } else if value.isInfinite {
            self = value < 0 ? .negativeInfinity : .infinity
        } else {
            // Swift prints a Double so that this can read it; its exponents are far inside the range.
            self = ExactNumeric("\(value)") ?? .nan
        }
    }

    /// The same number.
    public init(_ value: Decimal) {
        // `description` is exact and knows no locale. It writes "NaN" for that.
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
        // The widest integer, of 128 bits, has ten digits to the base 10000.
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
        // What is too large is read as an infinity.
        case .positive, .negative: self = Double(numeric.description) ?? .nan
        }
    }
}

extension Decimal {
    /// The same number; nil when `Decimal`, which has 38 digits, cannot hold it. NaN is NaN.
    public init?(exactly numeric: ExactNumeric) {
        if numeric.isNaN {
            self = .nan
            return
        }
        // Decimal rounds without a word, so what it made of the text is compared.
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
