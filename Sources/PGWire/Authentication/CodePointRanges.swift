/// Sorted ranges of code points, with binary search.
struct CodePointRanges: Sendable {
    private var ranges: [ClosedRange<UInt32>] = []

    init(_ encoded: String) {
        var numbers = SASLprepNumbers(encoded)
        var end: UInt32 = 0
        while let gap = numbers.next(), let extent = numbers.next() {
            ranges.append(end &+ gap...end &+ gap &+ extent)
            end &+= gap &+ extent &+ 1
        }
    }

    func contains(_ code: UInt32) -> Bool {
        var candidates = ranges[...]
        while !candidates.isEmpty {
            let middle = (candidates.startIndex + candidates.endIndex) / 2
            if candidates[middle].contains(code) { return true }
            candidates = code < candidates[middle].lowerBound ? candidates[..<middle] : candidates[(middle + 1)...]
        }
        return false
    }
}
