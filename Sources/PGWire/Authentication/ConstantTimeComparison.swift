/// Compares secrets in constant time, so that the time does not reveal where they differ.
package enum ConstantTimeComparison {
    /// The lengths are not secret: both sides are digests.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(left, right) {
            difference |= a ^ b
        }
        return difference == 0
    }
}
