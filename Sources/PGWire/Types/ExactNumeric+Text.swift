extension ExactNumeric: LosslessStringConvertible {
    /// The text as the server writes it: `-19.90`, `NaN`, `Infinity`.
    public var description: String {
        switch kind {
        case .nan: return "NaN"
        case .infinity: return "Infinity"
        case .negativeInfinity: return "-Infinity"
        case .positive, .negative: break
        }
        var text: [UInt8] = []
        if kind == .negative { text.append(UInt8(ascii: "-")) }
        if weight < 0 || digits.isEmpty {
            text.append(UInt8(ascii: "0"))
        } else {
            for index in 0...weight { append(digit(at: index), to: &text, strippingZeros: index == 0) }
        }
        if scale > 0 {
            text.append(UInt8(ascii: "."))
            let end = text.count + scale
            var index = digits.isEmpty ? 0 : weight + 1
            while text.count < end {
                append(digit(at: index), to: &text, strippingZeros: false)
                index += 1
            }
            text.removeLast(text.count - end)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Parses text as the server's input function does: digits with a point and an exponent, `NaN`, `Infinity`; nil
    /// for anything else, or for more digits than the type allows.
    public init?(_ description: String) {
        self.init(text: Array(description.utf8).rawSpan)
    }

    /// The digit with this index; 0 outside of the digits.
    private func digit(at index: Int) -> Int16 { digits.indices.contains(index) ? digits[index] : 0 }

    private func append(_ digit: Int16, to text: inout [UInt8], strippingZeros: Bool) {
        var isLeading = strippingZeros
        var rest = digit
        for unit: Int16 in [1000, 100, 10, 1] {
            let decimal = rest / unit
            rest -= decimal * unit
            if isLeading, decimal == 0, unit > 1 { continue }
            isLeading = false
            text.append(UInt8(ascii: "0") + UInt8(decimal))
        }
    }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        let isNegative = cursor.take("-")
        if !isNegative { _ = cursor.take("+") }
        if !isNegative, cursor.take(word: "NaN") {
            self = .nan
        } else if cursor.take(word: "Infinity") {
            self = isNegative ? .negativeInfinity : .infinity
        } else {
            guard let value = Self.decimal(&cursor, isNegative: isNegative) else { return nil }
            self = value
        }
        guard cursor.isAtEnd else { return nil }
    }

    private static func decimal(_ cursor: inout TextCursor, isNegative: Bool) -> ExactNumeric? {
        var decimals: [UInt8] = []
        var integerCount = 0
        var count = 0
        var hasPoint = false
        var fractionCount = 0
        while true {
            if let digit = cursor.digit() {
                count += 1
                if hasPoint { fractionCount += 1 }
                // Leading zeros only count after the point.
                if decimals.isEmpty, digit == 0 {
                    if hasPoint { integerCount -= 1 }
                    continue
                }
                decimals.append(UInt8(digit))
                if !hasPoint { integerCount += 1 }
            } else if !hasPoint, cursor.take(".") {
                hasPoint = true
            } else {
                break
            }
        }
        guard count > 0 else { return nil }
        var exponent = 0
        if cursor.take("e") || cursor.take("E") {
            let isBelow = cursor.take("-")
            if !isBelow { _ = cursor.take("+") }
            guard let value = cursor.number(digits: 1...9) else { return nil }
            exponent = isBelow ? -value : value
        }
        let scale = max(0, fractionCount - exponent)
        guard scale <= maximumScale else { return nil }
        guard !decimals.isEmpty else { return ExactNumeric(isNegative: false, digits: [], weight: 0, scale: scale) }
        integerCount += exponent
        guard integerCount <= maximumIntegerDigits else { return nil }

        // The groups of four start at the point, so the first and the last may need padding.
        let weight = Gregorian.floorDivide(integerCount - 1, 4)
        var digits: [Int16] = []
        var group: Int16 = 0
        var filled = 4 - (integerCount - weight * 4)
        for decimal in decimals {
            group = group * 10 + Int16(decimal)
            filled += 1
            if filled == 4 {
                digits.append(group)
                (group, filled) = (0, 0)
            }
        }
        if filled > 0 {
            while filled < 4 {
                group *= 10
                filled += 1
            }
            digits.append(group)
        }
        return ExactNumeric(isNegative: isNegative, digits: digits, weight: weight, scale: scale)
    }
}
