/// Floating-point numbers as PostgreSQL prints them (manual: "Floating-Point Types"): the shortest text that is exact.
package enum PostgresFloatText {
    /// As `double precision`.
    package static func text(_ value: Double) -> String {
        value.isFinite ? text(value.description, exponents: -4..<15) : special(value.isNaN, value.sign)
    }

    /// As `real`.
    package static func text(_ value: Float) -> String {
        value.isFinite ? text(value.description, exponents: -4..<6) : special(value.isNaN, value.sign)
    }

    private static func special(_ isNaN: Bool, _ sign: FloatingPointSign) -> String {
        isNaN ? "NaN" : sign == .minus ? "-Infinity" : "Infinity"
    }

    /// From the shortest digits, which Swift finds too, the text as the server writes it.
    ///
    /// - Parameter exponents: those that are shown by zeros and by the place of the point.
    private static func text(_ shortest: String, exponents: Range<Int>) -> String {
        let isNegative = shortest.utf8.first == UInt8(ascii: "-")
        let parts = shortest.utf8.drop { $0 == UInt8(ascii: "-") }.split(separator: UInt8(ascii: "e"))
        let mantissa = (parts.first ?? "0".utf8[...]).split(separator: UInt8(ascii: "."))
        var digits = mantissa.flatMap(Array.init)
        // The value is 0.digits times ten to this power.
        var power = (mantissa.first?.count ?? 0) + (parts.count > 1 ? Int(Substring(parts[1])) ?? 0 : 0)
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(zeros)
        power -= zeros
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        let sign = isNegative ? "-" : ""
        guard !digits.isEmpty else { return sign + "0" }
        let (all, count) = (String(decoding: digits, as: UTF8.self), digits.count)
        guard exponents.contains(power - 1) else {
            let size = abs(power - 1)
            let rest = digits.count > 1 ? "." + all.dropFirst() : ""
            return "\(sign)\(all.prefix(1))\(rest)e\(power < 1 ? "-" : "+")\(size < 10 ? "0" : "")\(size)"
        }
        if power <= 0 { return sign + "0." + String(repeating: "0", count: -power) + all }
        if count <= power { return sign + all + String(repeating: "0", count: power - count) }
        return sign + all.prefix(power) + "." + all.dropFirst(power)
    }
}
