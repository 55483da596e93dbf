/// A decimal number in text, as `float8` and `float4` are sent: few enough digits to be computed with exactly.
struct DecimalText {
    private let isNegative: Bool
    /// The number is `digits` by ten to the power of `exponent`.
    private let digits: UInt64
    private let exponent: Int

    /// Nil when `text` is no such number, or has more digits than are computed with here.
    init?(_ text: RawSpan) {
        var cursor = TextCursor(text)
        isNegative = cursor.take("-")
        var (digits, exponent): (UInt64, Int) = (0, 0)
        let start = cursor.position
        while let digit = cursor.digit() { digits = digits &* 10 &+ UInt64(digit) }
        var count = cursor.position - start
        guard count > 0 else { return nil }
        if cursor.take(".") {
            let point = cursor.position
            while let digit = cursor.digit() { digits = digits &* 10 &+ UInt64(digit) }
            exponent = point - cursor.position
            guard exponent < 0 else { return nil }
            count -= exponent
        }
        if cursor.take("e") {
            let isNegative = cursor.take("-")
            if !isNegative { _ = cursor.take("+") }
            guard let number = cursor.number(digits: 1...3) else { return nil }
            exponent += isNegative ? -number : number
        }
        // So many digits fit, whichever they are.
        guard cursor.isAtEnd, count <= 19 else { return nil }
        (self.digits, self.exponent) = (digits, exponent)
    }

    /// The nearest number of the type, of two that are equally near the even one; nil when it takes more than this to find out.
    func rounded<F: BinaryFloatingPoint>(to type: F.Type) -> F? {
        guard let magnitude: F = magnitude() else { return nil }
        return isNegative ? -magnitude : magnitude
    }

    private func magnitude<F: BinaryFloatingPoint>() -> F? {
        guard digits > 0 else { return 0 }
        guard abs(exponent) < Self.powers.count else { return nil }
        let power = Self.powers[abs(exponent)]
        guard exponent < 0 else {
            let (product, overflow) = digits.multipliedReportingOverflow(by: power)
            return overflow ? nil : F(product)
        }
        // Both with their highest bit set, so that the quotient has 64 bits; what is left over decides between two that are
        // equally near.
        let shifts = (digits.leadingZeroBitCount, power.leadingZeroBitCount)
        let (dividend, divisor) = (digits << UInt64(shifts.0), power << UInt64(shifts.1))
        let isLess = dividend < divisor
        let (quotient, rest) = divisor.dividingFullWidth(isLess ? (dividend, 0) : (dividend >> 1, dividend << 63))
        let dropped = UInt64(63 - F.significandBitCount)
        let (half, part) = (1 << (dropped - 1) as UInt64, quotient & (1 << dropped - 1))
        var significand = quotient >> dropped
        if part > half || part == half && (rest > 0 || significand & 1 == 1) { significand += 1 }
        let scale = shifts.1 - shifts.0 - (isLess ? 64 : 63) + Int(dropped)
        return F(sign: .plus, exponent: F.Exponent(scale), significand: F(significand))
    }

    private static let powers: [UInt64] = (0...19).map { (0..<$0).reduce(1) { power, _ in power * 10 } }
}
