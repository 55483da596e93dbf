extension Interval {
    /// Parses text as the server writes it, with any `IntervalStyle`: `1 day 02:00:00`, `@ 1 day 2 hours`, `P1DT2H`,
    /// `1 2:00:00`; nil for anything else.
    public init?(_ description: String) {
        self.init(text: Array(description.utf8).rawSpan)
    }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        if let sign = cursor.infinity() {
            self = sign > 0 ? .infinity : .negativeInfinity
            guard cursor.isAtEnd else { return nil }
            return
        }
        var parts = IntervalParts()
        let isRead =
            cursor.take("P")
            ? parts.readISO8601(&cursor) : cursor.take("@") ? parts.readVerbose(&cursor) : parts.read(&cursor)
        guard isRead, cursor.isAtEnd, let value = parts.interval else { return nil }
        self = value
    }
}

/// The parts of an interval while its text is read.
private struct IntervalParts {
    private var months: Int64 = 0
    private var days: Int64 = 0
    private var microseconds: Int64 = 0
    /// Whether a sum is out of range, or something other than seconds has a fraction.
    private var isInvalid = false
    /// Whether all signs mean the opposite.
    private var isAgo = false

    /// The interval; nil when it is none.
    var interval: Interval? {
        guard !isInvalid, let months = Int32(exactly: months), let days = Int32(exactly: days) else { return nil }
        return Interval(months: months, days: days, microseconds: microseconds)
    }

    /// A number with its sign, and the millionths after its point.
    private struct Number {
        var isNegative: Bool
        var whole: Int64
        var millionths: Int64
    }

    private static func number(_ cursor: inout TextCursor) -> Number? {
        let isNegative = cursor.take("-")
        if !isNegative { _ = cursor.take("+") }
        guard let whole = cursor.number(digits: 1...10), let millionths = cursor.millionths() else { return nil }
        return Number(isNegative: isNegative, whole: Int64(whole), millionths: Int64(millionths))
    }

    private mutating func add(_ number: Number, times unit: Int64, to part: WritableKeyPath<IntervalParts, Int64>) {
        if number.millionths != 0 { isInvalid = true }
        add(number.isNegative != isAgo ? -number.whole : number.whole, times: unit, to: part)
    }

    private mutating func add(_ count: Int64, times unit: Int64, to part: WritableKeyPath<IntervalParts, Int64>) {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        let (sum, carry) = self[keyPath: part].addingReportingOverflow(product)
        self[keyPath: part] = sum
        isInvalid = isInvalid || overflow || carry
    }

    private mutating func add(seconds number: Number) {
        add(number.isNegative != isAgo ? -number.whole : number.whole, times: 1_000_000, to: \.microseconds)
        add(number.isNegative != isAgo ? -number.millionths : number.millionths, times: 1, to: \.microseconds)
    }

    /// The rest of a time of which the hours are read: minutes, and seconds with a fraction.
    private mutating func readTime(hours: Number, _ cursor: inout TextCursor) -> Bool {
        guard let minute = cursor.number(digits: 2...2), minute < 60, cursor.take(":"),
            let second = cursor.number(digits: 2...2), second < 60, let fraction = cursor.millionths()
        else { return false }
        let rest = Int64((minute * 60 + second) * 1_000_000 + fraction)
        add(hours, times: 3_600_000_000, to: \.microseconds)
        add(hours.isNegative ? -rest : rest, times: 1, to: \.microseconds)
        return true
    }

    /// The styles postgres, `1 year 2 mons -3 days +04:05:06.7`, and sql_standard, `+1-2 -3 +4:05:06.7`.
    mutating func read(_ cursor: inout TextCursor) -> Bool {
        repeat {
            guard let number = Self.number(&cursor) else { return false }
            if cursor.take(":") {
                return readTime(hours: number, &cursor)
            } else if cursor.take("-") {
                guard let months = cursor.number(digits: 1...2) else { return false }
                add(number, times: 12, to: \.months)
                add(Int64(number.isNegative ? -months : months), times: 1, to: \.months)
            } else if cursor.take(word: " year") {
                add(number, times: 12, to: \.months)
            } else if cursor.take(word: " mon") {
                add(number, times: 1, to: \.months)
            } else if cursor.take(word: " day") {
                add(number, times: 1, to: \.days)
            } else if cursor.isAtEnd {
                // Nothing else is without a unit.
                return number.whole == 0
            } else {
                add(number, times: 1, to: \.days)
                // One sign counts for days and time where the time has none of its own.
                guard cursor.take(" ") else { return false }
                let hasSign = cursor.next == UInt8(ascii: "+") || cursor.next == UInt8(ascii: "-")
                guard var hours = Self.number(&cursor), cursor.take(":") else { return false }
                if !hasSign { hours.isNegative = number.isNegative }
                return readTime(hours: hours, &cursor)
            }
            _ = cursor.take("s")
        } while cursor.take(" ")
        return true
    }

    /// The style postgres_verbose after its `@`: ` 1 year 2 mons -3 days 4 hours 5 mins 6.7 secs ago`.
    mutating func readVerbose(_ cursor: inout TextCursor) -> Bool {
        if cursor.span.isEqual(to: "@ 0") { return cursor.take(word: " 0") }
        // Known before the sums, as the least one has no opposite.
        let word = cursor.span.extracting(last: min(4, cursor.span.byteCount))
        isAgo = word.isEqual(to: " ago")
        var count = 0
        while cursor.take(" ") {
            if isAgo, cursor.take(word: "ago") { return count > 0 }
            guard let number = Self.number(&cursor) else { return false }
            if cursor.take(word: " year") {
                add(number, times: 12, to: \.months)
            } else if cursor.take(word: " mon") {
                add(number, times: 1, to: \.months)
            } else if cursor.take(word: " day") {
                add(number, times: 1, to: \.days)
            } else if cursor.take(word: " hour") {
                add(number, times: 3_600_000_000, to: \.microseconds)
            } else if cursor.take(word: " min") {
                add(number, times: 60_000_000, to: \.microseconds)
            } else if cursor.take(word: " sec") {
                add(seconds: number)
            } else {
                return false
            }
            _ = cursor.take("s")
            count += 1
        }
        return count > 0
    }

    /// The style iso_8601 after its `P`: `1Y2M-3DT4H5M6.7S`.
    mutating func readISO8601(_ cursor: inout TextCursor) -> Bool {
        var isTime = false
        var count = 0
        while !cursor.isAtEnd {
            if !isTime, cursor.take("T") { isTime = true }
            guard let number = Self.number(&cursor) else { return false }
            switch (cursor.take(), isTime) {
            case (UInt8(ascii: "Y"), false): add(number, times: 12, to: \.months)
            case (UInt8(ascii: "M"), false): add(number, times: 1, to: \.months)
            case (UInt8(ascii: "D"), false): add(number, times: 1, to: \.days)
            case (UInt8(ascii: "H"), true): add(number, times: 3_600_000_000, to: \.microseconds)
            case (UInt8(ascii: "M"), true): add(number, times: 60_000_000, to: \.microseconds)
            case (UInt8(ascii: "S"), true): add(seconds: number)
            default: return false
            }
            count += 1
        }
        return count > 0
    }
}
