/// How many rows of a sequence are asked for at once inside a transaction block (manual: "Extended Query", the row limit of
/// Execute), so that little is left to be read when the sequence is left early.
///
/// The first part is large enough for most results, which so take no more flights than without. Further parts grow until one
/// takes a while, compared to which the wait for the next is short.
struct RowWindow {
    private(set) var size: Int32 = 1024
    private var isFirst = true
    private var begin = MonotonicInstant.now
    private var firstRow: MonotonicInstant?

    private static let sizes: ClosedRange<Int32> = 64...(1 << 20)

    /// Notes that rows have come.
    mutating func noteRow() {
        if firstRow == nil { firstRow = .now }
    }

    /// Notes that a part is through, and returns how large the next is to be.
    mutating func next() -> Int32 {
        let now = MonotonicInstant.now
        let first = firstRow ?? now
        // What comes before the first row of all may be long work of the server's.
        let wait = isFirst ? .zero : min(first - begin, .milliseconds(25))
        let duration = now - first
        if duration < max(.milliseconds(10), wait * 4) {
            size = min(size * 4, Self.sizes.upperBound)
        } else if duration > max(.milliseconds(40), wait * 16) {
            size = max(size / 2, Self.sizes.lowerBound)
        }
        isFirst = false
        begin = now
        firstRow = nil
        return size
    }
}
