/// The settings by which statements are read, as far as a transaction has them for itself: a role, a search path.
///
/// Each combination has a number, which is part of what a prepared statement was parsed under.
struct OwnSettings {
    /// The numbers of combinations. A number is never used again.
    private var numbers: [[UInt8]: UInt64] = [:]
    private var lastNumber: UInt64 = 0
    /// That of the open transaction; 0 when it has none.
    private var current: UInt64 = 0
    /// Whether a statement may have changed them since it began.
    private var hasChanged = false
    /// A program has a few. Where there is a role for each user, nothing is gained by remembering more.
    private static let maximumCount = 64

    /// Begins a transaction with these settings, and gives what is to be added to the number of changes.
    mutating func enter(_ settings: [UInt8]) -> UInt64 {
        let earlier = current
        current = number(of: settings)
        return (current &- earlier) << 32
    }

    /// Ends it, and gives what was added.
    mutating func leave() -> UInt64 {
        defer { current = 0 }
        return current << 32
    }

    /// Notes that a statement may have changed settings.
    mutating func noteChange() { hasChanged = true }

    /// Whether one has, since this was last asked.
    mutating func takeChange() -> Bool {
        defer { hasChanged = false }
        return hasChanged
    }

    private mutating func number(of settings: [UInt8]) -> UInt64 {
        if let known = numbers[settings] { return known }
        if numbers.count >= Self.maximumCount { numbers = [:] }
        lastNumber &+= 1
        numbers[settings] = lastNumber
        return lastNumber
    }
}
