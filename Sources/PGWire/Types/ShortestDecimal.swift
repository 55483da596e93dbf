/// The shortest decimal number, and of these the nearest, that lies strictly between the midpoints to a number's
/// neighbours: the digits of Ryū as servers use it (`common/d2s.c`, `common/f2s.c`).
///
/// Swift also takes a midpoint itself where reading it rounds to the number, such as 1e23, for which servers write
/// 9.999999999999999e+22.
struct ShortestDecimal {
    /// The digits, without zeros at the end.
    private(set) var digits: UInt64 = 0
    /// The power of ten of the last digit.
    private(set) var exponent = 0

    /// Of a number that is finite and greater than zero.
    init<F: BinaryFloatingPoint & LosslessStringConvertible>(_ value: F) {
        self.init(description: value.description)
        if isMidpoint(of: F.significandBitCount + 1) { self = ShortestDecimal(within: value) }
    }

    /// From text as Swift writes it: `0.1`, `1e-07`, `100.0`, `1.5e+300`. Its seventeen digits fit.
    private init(description: String) {
        var cursor = Array(description.utf8)[...]
        var places = 0
        var isFraction = false
        while let byte = cursor.first, byte != UInt8(ascii: "e") {
            cursor.removeFirst()
            if byte == UInt8(ascii: ".") {
                isFraction = true
            } else {
                digits = digits &* 10 &+ UInt64(byte &- 0x30)
                if isFraction { places += 1 }
            }
        }
        exponent = (Int(String(decoding: cursor.dropFirst(), as: UTF8.self)) ?? 0) - places
        dropZeros()
    }

    private mutating func dropZeros() {
        while digits > 0, digits.isMultiple(of: 10) {
            digits /= 10
            exponent += 1
        }
    }

    /// Whether the number is exactly halfway between two neighbours of `count` bits: a sum of powers of two that takes
    /// one bit more.
    private func isMidpoint(of count: Int) -> Bool {
        var odd = digits >> digits.trailingZeroBitCount
        if exponent < 0 {
            for _ in exponent..<0 {
                guard odd.isMultiple(of: 5) else { return false }
                odd /= 5
            }
        } else {
            for _ in 0..<exponent {
                let (product, overflow) = odd.multipliedReportingOverflow(by: 5)
                guard !overflow else { return false }
                odd = product
            }
        }
        return 64 - odd.leadingZeroBitCount == count + 1
    }

    /// By exact arithmetic: for the few numbers next to which Swift finds a midpoint. These are no subnormal ones.
    private init<F: BinaryFloatingPoint>(within value: F) {
        // In quarters of the last bit: the number and the two midpoints. Below a power of two the neighbour is nearer.
        let significand = UInt64(value.significandBitPattern) | 1 << UInt64(F.significandBitCount)
        let isPower = value.significandBitPattern == 0
        let power = Int(value.exponent) - F.significandBitCount - 2
        let exact = DecimalDigits.aligned(
            [significand * 4, significand * 4 - (isPower ? 1 : 2), significand * 4 + 2], timesTwoTo: power)
        let (number, low, high) = (exact.numbers[0], exact.numbers[1], exact.numbers[2])
        let first = number.firstIndex { $0 != 0 } ?? 0
        for end in number.indices.dropFirst(first + 1) {
            let candidates = DecimalDigits.roundings(of: number, to: end).filter {
                low.lexicographicallyPrecedes($0) && $0.lexicographicallyPrecedes(high)
            }
            guard let nearest = candidates.first else { continue }
            for digit in nearest[..<end] { digits = digits &* 10 &+ UInt64(digit) }
            exponent = exact.exponent + number.count - end
            dropZeros()
            return
        }
        for digit in number { digits = digits &* 10 &+ UInt64(digit) }
        exponent = exact.exponent
    }
}

/// Whole numbers as decimal digits, the highest first, one byte each.
private enum DecimalDigits {
    /// The products with a power of two, with equal numbers of digits, times a common power of ten.
    static func aligned(_ numbers: [UInt64], timesTwoTo power: Int) -> (numbers: [[UInt8]], exponent: Int) {
        let products = numbers.map { number in
            var digits = String(number).utf8.map { $0 - 0x30 }
            // A half is five tenths.
            for _ in 0..<abs(power) { multiply(&digits, by: power < 0 ? 5 : 2) }
            return digits
        }
        // One more, for a number that is rounded up to one digit more.
        let width = (products.map(\.count).max() ?? 0) + 1
        return (products.map { Array(repeating: 0, count: width - $0.count) + $0 }, min(power, 0))
    }

    private static func multiply(_ digits: inout [UInt8], by factor: UInt8) {
        var carry: UInt8 = 0
        for index in digits.indices.reversed() {
            let product = digits[index] * factor + carry
            digits[index] = product % 10
            carry = product / 10
        }
        if carry > 0 { digits.insert(carry, at: 0) }
    }

    /// The number with the digits from `end` on cut, and that plus one; the nearer first, the even one of two as near.
    static func roundings(of number: [UInt8], to end: Int) -> [[UInt8]] {
        let down = number[..<end] + Array(repeating: 0, count: number.count - end)
        var up = Array(down)
        var index = end - 1
        while index > 0, up[index] == 9 {
            up[index] = 0
            index -= 1
        }
        up[index] += 1
        let rest = number[end...]
        let half = [5] + Array(repeating: 0 as UInt8, count: max(rest.count - 1, 0))
        let isUp = half.lexicographicallyPrecedes(rest) || rest.elementsEqual(half) && number[end - 1] % 2 == 1
        return isUp ? [up, Array(down)] : [Array(down), up]
    }
}
