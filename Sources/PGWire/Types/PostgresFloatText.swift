/// The text of floating-point numbers as servers write it since version 12 (`float8out`, `float4out` with
/// `extra_float_digits` above 0): the fewest digits that give the number back.
package enum PostgresFloatText {
    /// A `double precision`: with an exponent from 1e+15 on and below 0.0001.
    package static func text(_ value: Double) -> String { text(value, fixedExponents: -4..<15) }

    /// A `real`: with an exponent from 1e+06 on and below 0.0001.
    package static func text(_ value: Float) -> String { text(value, fixedExponents: -4..<6) }

    private static func text<F: BinaryFloatingPoint & LosslessStringConvertible>(
        _ value: F, fixedExponents: Range<Int>
    ) -> String {
        if value.isNaN { return "NaN" }
        let sign = value.sign == .minus ? "-" : ""
        if value.isInfinite { return sign + "Infinity" }
        if value.isZero { return sign + "0" }
        let decimal = ShortestDecimal(value.magnitude)
        let digits = String(decimal.digits)
        let count = digits.utf8.count
        // The exponent if there is one digit before the point.
        let exponent = decimal.exponent + count - 1
        guard fixedExponents.contains(exponent) else {
            let point = count > 1 ? "." : ""
            let magnitude = DateTimeText.pad(Int(exponent.magnitude), 2)
            return "\(sign)\(digits.prefix(1))\(point)\(digits.dropFirst())e\(exponent < 0 ? "-" : "+")\(magnitude)"
        }
        if decimal.exponent >= 0 { return sign + digits + String(repeating: "0", count: decimal.exponent) }
        if exponent >= 0 { return "\(sign)\(digits.prefix(exponent + 1)).\(digits.dropFirst(exponent + 1))" }
        return "\(sign)0.\(String(repeating: "0", count: -exponent - 1))\(digits)"
    }
}
