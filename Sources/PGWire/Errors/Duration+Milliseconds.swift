extension Duration {
    /// In seconds, as people write them: `30 s`, `0.25 s`.
    var text: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "\(seconds) s" }
        var fraction = String(1000 + abs(milliseconds)).dropFirst()
        while fraction.utf8.last == UInt8(ascii: "0") { fraction = fraction.dropLast() }
        return "\(seconds).\(fraction) s"
    }

    /// So many times as long; for ever where that cannot be expressed.
    func times(_ count: Int) -> Duration {
        let (product, overflow) = wholeMilliseconds.multipliedReportingOverflow(by: Int64(count))
        return .milliseconds(overflow ? .max : product)
    }

    /// Whole seconds, at least 1 for anything above zero.
    var wholeSeconds: Int64 {
        let (seconds, attoseconds) = components
        let (sum, overflow) = seconds.addingReportingOverflow(attoseconds > 0 ? 1 : 0)
        return overflow ? .max : sum
    }

    /// Whole milliseconds, at least 1 for anything above zero.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return .max }
        let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (sum, sumOverflow) = product.addingReportingOverflow(rest)
        return sumOverflow ? .max : sum
    }
}
