/// A range of values (manual: "Range Types"), with or without its limits, or without any value.
///
/// ```swift
/// try await db.execute("INSERT INTO stay (room, days) VALUES (\(1), \(PostgresRange(from..<to)))")
/// ```
/// The built-in ranges are those over `Int32`, `Int` and `Int64`, `Decimal` and ``ExactNumeric``, ``Timestamp``, `Date` and
/// ``TimestampTZ``, and ``CalendarDate``. Over any other type it is sent without a type, which the server infers: that of a range
/// type of your own (`CREATE TYPE … AS RANGE`).
///
/// Two are equal when their limits are written the same. The server writes ranges of whole numbers and dates as `[1,6)`,
/// whatever was sent; see ``canonical``.
public struct PostgresRange<Bound: Sendable>: Sendable {
    /// Where a range begins or ends.
    public enum Limit: Sendable {
        /// Nowhere.
        case unbounded
        /// At this value, which belongs to it.
        case inclusive(Bound)
        /// At this value, which does not belong to it.
        case exclusive(Bound)

        /// The value, where there is one.
        public var value: Bound? {
            switch self {
            case .unbounded: nil
            case .inclusive(let value), .exclusive(let value): value
            }
        }

        /// Whether there is a value that belongs to the range.
        public var isInclusive: Bool {
            if case .inclusive = self { true } else { false }
        }
    }

    /// Whether it is the range without any value; then it has no limits.
    public let isEmpty: Bool
    /// Where it begins.
    public let lower: Limit
    /// Where it ends.
    public let upper: Limit

    private init(isEmpty: Bool, _ lower: Limit, _ upper: Limit) {
        self.isEmpty = isEmpty
        self.lower = lower
        self.upper = upper
    }

    /// The range between two limits. The server refuses one whose lower bound is greater than the upper.
    public init(from lower: Limit, to upper: Limit) { self.init(isEmpty: false, lower, upper) }

    /// The range without any value: `empty`.
    public static var empty: PostgresRange { PostgresRange(isEmpty: true, .unbounded, .unbounded) }
    /// The range of all values: `(,)`.
    public static var all: PostgresRange { PostgresRange(isEmpty: false, .unbounded, .unbounded) }
}

extension PostgresRange.Limit: Equatable where Bound: Equatable {}
extension PostgresRange.Limit: Hashable where Bound: Hashable {}
extension PostgresRange: Equatable where Bound: Equatable {}
extension PostgresRange: Hashable where Bound: Hashable {}

extension PostgresRange: CustomStringConvertible where Bound: PostgresEncodable {
    /// The text as the server prints it: `[1,6)`, `(,"a b"]`, `empty`.
    public var description: String { text(of: self) }
}

extension PostgresRange where Bound: Comparable {
    /// The same range; `1..<1` is the empty one.
    public init(_ range: Range<Bound>) {
        self =
            range.isEmpty ? .empty : PostgresRange(from: .inclusive(range.lowerBound), to: .exclusive(range.upperBound))
    }

    /// The same range.
    public init(_ range: ClosedRange<Bound>) {
        self.init(from: .inclusive(range.lowerBound), to: .inclusive(range.upperBound))
    }

    /// The same range, without an end.
    public init(_ range: PartialRangeFrom<Bound>) { self.init(from: .inclusive(range.lowerBound), to: .unbounded) }
    /// The same range, without a beginning.
    public init(_ range: PartialRangeUpTo<Bound>) { self.init(from: .unbounded, to: .exclusive(range.upperBound)) }
    /// The same range, without a beginning.
    public init(_ range: PartialRangeThrough<Bound>) { self.init(from: .unbounded, to: .inclusive(range.upperBound)) }

    /// Whether the value belongs to it.
    public func contains(_ value: Bound) -> Bool {
        guard !isEmpty else { return false }
        let isAfterLower =
            switch lower {
            case .unbounded: true
            case .inclusive(let bound): bound <= value
            case .exclusive(let bound): bound < value
            }
        let isBeforeUpper =
            switch upper {
            case .unbounded: true
            case .inclusive(let bound): value <= bound
            case .exclusive(let bound): value < bound
            }
        return isAfterLower && isBeforeUpper
    }
}

extension PostgresRange where Bound: FixedWidthInteger {
    /// As the server writes a built-in range of whole numbers: `[1,5]` and `(0,5]` are `[1,6)`, and `(1,2)` is empty. A bound
    /// that has no next number stays as it is.
    public var canonical: PostgresRange {
        canonical { value in
            let (next, overflow) = value.addingReportingOverflow(1)
            return overflow ? nil : next
        }
    }
}

extension PostgresRange where Bound == CalendarDate {
    /// As the server writes a `daterange`: up to the day after the last, which does not belong to it. Infinite days stay as they
    /// are.
    public var canonical: PostgresRange {
        canonical { day in day.isFinite ? CalendarDate(days: day.days &+ 1) : nil }
    }
}

extension PostgresRange where Bound: Comparable {
    fileprivate func canonical(next: (Bound) -> Bound?) -> PostgresRange {
        guard !isEmpty else { return self }
        var (lower, upper) = (lower, upper)
        if case .exclusive(let value) = lower, let next = next(value) { lower = .inclusive(next) }
        if case .inclusive(let value) = upper, let next = next(value) { upper = .exclusive(next) }
        if case .inclusive(let first) = lower, case .exclusive(let end) = upper, first == end { return .empty }
        return PostgresRange(from: lower, to: upper)
    }
}

extension Range where Bound: Sendable {
    /// The same range, where Swift's can express it: with a lower bound that belongs to it and an upper one that does not. The
    /// server writes whole numbers and dates so. Nil for others, and for an empty one, whose place is not known.
    public init?(_ range: PostgresRange<Bound>) {
        guard case .inclusive(let lower) = range.lower, case .exclusive(let upper) = range.upper, lower <= upper else {
            return nil
        }
        self = lower..<upper
    }
}

extension ClosedRange where Bound: Sendable {
    /// The same range, where Swift's can express it: with two bounds that belong to it; else nil.
    public init?(_ range: PostgresRange<Bound>) {
        guard case .inclusive(let lower) = range.lower, case .inclusive(let upper) = range.upper, lower <= upper else {
            return nil
        }
        self = lower...upper
    }
}
