/// A decimal number of any length: `numeric` (manual: "Arbitrary Precision Numbers"), exactly as PostgreSQL has it.
///
/// It keeps the scale, so `1.50` stays `1.50`, and has NaN and both infinities. As on the server, 1.5 and 1.50 are
/// equal, and NaN equals itself and is greater than all others.
///
/// ```swift
/// let price = ExactNumeric("19.90")
/// ```
///
/// It is not called `Numeric` because that is a protocol of the standard library.
public struct ExactNumeric: Sendable {
    /// What kind of number; the order of the cases is that of the numbers.
    enum Kind: UInt8 {
        case negativeInfinity, negative, positive, infinity, nan
    }

    private(set) var kind: Kind
    /// The base-10000 digits, without zeros at either end; none for zero, NaN and the infinities.
    private(set) var digits: [Int16]
    /// The power of 10000 of the first digit.
    private(set) var weight: Int

    /// The number of decimal digits shown after the point (the server's `dscale`); 0 for NaN and the infinities.
    public private(set) var scale: Int

    /// The server's limits of digits before and after the point.
    static let maximumIntegerDigits = 131_072
    static let maximumScale = 16_383

    private init(_ kind: Kind) {
        (self.kind, digits, weight, scale) = (kind, [], 0, 0)
    }

    /// A finite number in canonical form. Digits beyond the scale are truncated, as the server does (`numeric_recv`).
    init(isNegative: Bool, digits: [Int16], weight: Int, scale: Int) {
        var digits = digits[...]
        var weight = weight
        // The last decimal digit of a digit is number 4 * (index - weight) after the point.
        while let last = digits.last {
            let excess = 4 * (digits.count - 1 - weight) - scale
            if excess >= 4 {
                digits.removeLast()
                continue
            }
            if excess > 0 {
                let unit: Int16 = excess == 1 ? 10 : excess == 2 ? 100 : 1000
                digits[digits.endIndex - 1] = last / unit * unit
            }
            guard digits.last == 0 else { break }
            digits.removeLast()
        }
        while digits.first == 0 {
            digits.removeFirst()
            weight -= 1
        }
        kind = isNegative && !digits.isEmpty ? .negative : .positive
        self.digits = Array(digits)
        self.weight = digits.isEmpty ? 0 : weight
        self.scale = scale
    }

    /// Not a number.
    public static let nan = ExactNumeric(Kind.nan)
    /// Greater than all numbers but NaN (since PostgreSQL 14).
    public static let infinity = ExactNumeric(Kind.infinity)
    /// Less than all numbers (since PostgreSQL 14).
    public static let negativeInfinity = ExactNumeric(Kind.negativeInfinity)

    /// Whether this is NaN.
    public var isNaN: Bool { kind == .nan }
    /// Whether this is a number, neither NaN nor an infinity.
    public var isFinite: Bool { kind == .positive || kind == .negative }
    /// Whether this is less than zero.
    public var isNegative: Bool { kind == .negative || kind == .negativeInfinity }
}

extension ExactNumeric: Hashable, Comparable {
    /// Whether both are the same number, whatever their scales.
    public static func == (left: ExactNumeric, right: ExactNumeric) -> Bool {
        left.kind == right.kind && left.weight == right.weight && left.digits == right.digits
    }

    /// Hashes what ``==(_:_:)`` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(weight)
        hasher.combine(digits)
    }

    /// Whether the left number is less, in the server's order.
    public static func < (left: ExactNumeric, right: ExactNumeric) -> Bool {
        guard left.kind == right.kind else {
            return left.kind.rawValue < right.kind.rawValue
        }
        switch left.kind {
        case .positive: return left.hasLessMagnitude(than: right)
        case .negative: return right.hasLessMagnitude(than: left)
        case .negativeInfinity, .infinity, .nan: return false
        }
    }

    private func hasLessMagnitude(than other: ExactNumeric) -> Bool {
        if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty && !other.digits.isEmpty }
        return weight == other.weight ? digits.lexicographicallyPrecedes(other.digits) : weight < other.weight
    }
}
