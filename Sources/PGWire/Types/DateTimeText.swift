/// The text of dates and times with `DateStyle = ISO` (manual: "Date/Time Output"), read and written.
extension TextCursor {
    /// Parses `infinity` or `-infinity`; returns 1 or -1.
    @_lifetime(self: copy self)
    mutating func infinity() -> Int? {
        if take(word: "infinity") { return 1 }
        if take(word: "-infinity") { return -1 }
        return nil
    }

    /// Parses year, month and day. The year has at least four digits, so that no other `DateStyle` passes for ISO.
    @_lifetime(self: copy self)
    mutating func yearMonthDay() -> (year: Int, month: Int, day: Int)? {
        guard let year = number(digits: 4...7), year > 0, take("-"), let month = number(digits: 2...2), take("-"),
            let day = number(digits: 2...2)
        else { return nil }
        return (year, month, day)
    }

    /// Parses hours, minutes and optional seconds with a fraction; returns microseconds from midnight.
    @_lifetime(self: copy self)
    mutating func timeOfDay() -> Int64? {
        guard let hour = number(digits: 2...2), hour <= 24, take(":"), let minute = number(digits: 2...2), minute < 60
        else { return nil }
        var microseconds = 0
        if take(":") {
            guard let second = number(digits: 2...2), second < 60, let fraction = millionths() else { return nil }
            microseconds = second * 1_000_000 + fraction
        }
        microseconds += (hour * 60 + minute) * 60_000_000
        return microseconds <= 86_400_000_000 ? Int64(microseconds) : nil
    }

    /// Parses an offset from UTC: `Z`, or sign and hours with optional minutes and seconds; returns seconds east of
    /// UTC.
    @_lifetime(self: copy self)
    mutating func zoneOffset() -> Int? {
        if take("Z") { return 0 }
        let sign: Int
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2...2) else { return nil }
        var seconds = hours * 3600
        if take(":") {
            guard let minutes = number(digits: 2...2), minutes < 60 else { return nil }
            seconds += minutes * 60
            if take(":") {
                guard let rest = number(digits: 2...2), rest < 60 else { return nil }
                seconds += rest
            }
        }
        return sign * seconds
    }
}

/// A date and time in ISO style.
struct DateTimeText {
    /// Days from 2000-01-01 to the date.
    var days: Int
    /// Microseconds from midnight.
    var time: Int64
    /// Seconds east of UTC, if the text has an offset.
    var offset: Int?

    /// Parses date, time, offset and era, such as `0044-03-15 12:00:00+00 BC`; nil for anything else.
    init?(_ cursor: consuming TextCursor) {
        guard let (year, month, day) = cursor.yearMonthDay(), cursor.take(" ") || cursor.take("T"),
            let time = cursor.timeOfDay()
        else { return nil }
        self.time = time
        if !cursor.isAtEnd, cursor.next != UInt8(ascii: " ") {
            guard let offset = cursor.zoneOffset() else { return nil }
            self.offset = offset
        }
        let isBC = cursor.take(word: " BC")
        guard cursor.isAtEnd, let days = Gregorian.days(year: isBC ? 1 - year : year, month: month, day: day) else {
            return nil
        }
        self.days = days
    }

    /// Microseconds since 2000-01-01 00:00, in UTC if there is an offset; nil outside the range of the type.
    var microseconds: Int64? {
        let (whole, overflow) = Int64(days).multipliedReportingOverflow(by: Gregorian.microsecondsPerDay)
        let (value, carry) = whole.addingReportingOverflow(time &- Int64(offset ?? 0) &* 1_000_000)
        guard !overflow, !carry, Timestamp.finite.contains(value) else { return nil }
        return value
    }

    /// The number with at least `digits` digits, padded with zeros.
    static func pad(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return text.utf8.count < digits ? String(repeating: "0", count: digits - text.utf8.count) + text : text
    }

    /// Year, month and day without era, and whether it is BC.
    static func date(days: Int) -> (text: String, isBC: Bool) {
        let (year, month, day) = Gregorian.civil(days: days)
        return ("\(pad(year > 0 ? year : 1 - year, 4))-\(pad(month, 2))-\(pad(day, 2))", year <= 0)
    }

    /// Hours, minutes, seconds and the fraction without trailing zeros.
    static func time(_ microseconds: Int64) -> String {
        let (seconds, fraction) = Int(microseconds).quotientAndRemainder(dividingBy: 1_000_000)
        var text = "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
        if fraction != 0 {
            var digits = pad(fraction, 6)
            while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
            text += ".\(digits)"
        }
        return text
    }

    /// Date, time, `zone` and era.
    static func timestamp(_ microseconds: Int64, zone: String) -> String {
        switch microseconds {
        case .max: return "infinity"
        case .min: return "-infinity"
        default: break
        }
        let days = Gregorian.floorDivide(microseconds, Gregorian.microsecondsPerDay)
        let (date, isBC) = date(days: Int(days))
        return "\(date) \(time(microseconds &- days &* Gregorian.microsecondsPerDay))\(zone)\(isBC ? " BC" : "")"
    }
}
