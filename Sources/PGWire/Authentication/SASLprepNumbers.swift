/// Reads the numbers that generate-saslprep-tables.py writes: base64 digits of five bits each, least significant first,
/// with 32 added to every digit but a number's last.
struct SASLprepNumbers {
    private var digits: Substring.UTF8View

    init(_ encoded: String) {
        digits = encoded[...].utf8
    }

    mutating func next() -> UInt32? {
        var number: UInt32 = 0
        var shift: UInt32 = 0
        while let character = digits.popFirst(), let digit = Base64.value(of: character) {
            number |= (digit & 31) &<< shift
            if digit < 32 { return number }
            shift += 5
        }
        return nil
    }

    /// Zigzag: 0, -1, 1, -2, 2, and so on.
    mutating func nextSigned() -> Int64? {
        guard let number = next() else { return nil }
        return number.isMultiple(of: 2) ? Int64(number / 2) : -Int64(number / 2) - 1
    }
}
