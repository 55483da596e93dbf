import Foundation
import PGWire
import Testing

extension TypesTests {
    @Suite struct DateTimes {
        @Test func calendar() {
            #expect(CalendarDate(year: 2000, month: 1, day: 1)?.days == 0)
            #expect(
                CalendarDate(year: 2000, month: 2, day: 29)?.days == 59
                    && CalendarDate(year: 1900, month: 2, day: 29) == nil)
            #expect(CalendarDate(year: 0, month: 2, day: 29)?.description == "0001-02-29 BC")
            #expect(CalendarDate(year: -43, month: 3, day: 15) == CalendarDate("0044-03-15 BC"))
            #expect(
                CalendarDate(year: 2024, month: 13, day: 1) == nil && CalendarDate(year: 2024, month: 4, day: 31) == nil
            )
            #expect(
                CalendarDate(year: .max, month: 1, day: 1) == nil && CalendarDate(year: .min, month: 1, day: 1) == nil)
            #expect(CalendarDate.infinity.components == nil && CalendarDate.negativeInfinity < CalendarDate(days: 0))
            // Every day from 5 BC to the year 2404 follows the one before.
            var (year, month, day) = (-4, 1, 1)
            var expected = CalendarDate(year: year, month: month, day: day)?.days ?? 0
            while year < 2405 {
                let date = CalendarDate(days: expected)
                let parts = date.components ?? (0, 0, 0)
                guard parts == (year, month, day), CalendarDate(year: year, month: month, day: day) == date else {
                    Issue.record("day \(expected) is \(parts), not \((year, month, day))")
                    return
                }
                expected += 1
                if CalendarDate(year: year, month: month, day: day + 1) != nil {
                    day += 1
                } else if month < 12 {
                    (month, day) = (month + 1, 1)
                } else {
                    (year, month, day) = (year + 1, 1, 1)
                }
            }
        }

        @Test func timeOfDay() {
            #expect(TimeOfDay(hour: 24, minute: 0)?.description == "24:00:00")
            #expect(TimeOfDay(hour: 24, minute: 0, microsecond: 1) == nil && TimeOfDay(hour: 25, minute: 0) == nil)
            #expect(TimeOfDay(microseconds: -1) == nil && TimeOfDay(microseconds: 86_400_000_001) == nil)
            let time = TimeOfDay("09:30:01.00025")
            #expect(time?.hour == 9 && time?.minute == 30 && time?.second == 1 && time?.microsecond == 250)
            #expect(throws: ValueDecodingError.malformed("time of -1 microseconds")) {
                try decode(TimeOfDay.self, hex("ffffffffffffffff"), as: .time)
            }
        }

        @Test func timestamps() throws {
            let date = try #require(CalendarDate("2026-11-22"))
            let time = try #require(TimeOfDay("09:30:00.25"))
            let timestamp = try #require(Timestamp(date: date, time: time))
            #expect(
                timestamp == Timestamp("2026-11-22T09:30:00.25") && timestamp.date == date && timestamp.time == time)
            #expect(Timestamp(date: .infinity, time: time) == .infinity && Timestamp.infinity.time == nil)
            #expect(Timestamp(date: CalendarDate(days: .max - 1), time: time) == nil)
            #expect(Timestamp(microseconds: -1).date.description == "1999-12-31")
            #expect(TimestampTZ("2026-11-22T15:00:00.25+05:30")?.utc == timestamp)
            #expect(TimestampTZ("2026-11-22T09:30:00.25Z")?.description == "2026-11-22 09:30:00.25+00")
            #expect(TimestampTZ("2026-11-22 09:30:00") == nil && Timestamp("2026-11-22 09:30:00+00") == nil)
            for microseconds in [Int64.min + 1, Int64.max - 1] {
                #expect(Timestamp(microseconds: microseconds).description.isEmpty == false)
            }
        }

        @Test(arguments: [
            "", "2026", "2026-11-22", "22.11.2026 09:30:00", "11/22/2026 09:30:00", "Sun Nov 22 09:30:00 2026",
            "2026-11-22 09:30:00 ", "2026-11-22 09:30:00.", "2026-11-22 09:30:00.1234567", "2026-11-22 09:60:00",
            "2026-11-22 24:00:01", "2026-02-29 00:00:00", "2026-00-01 00:00:00", "0000-01-01 00:00:00", "infinity ",
            "294277-01-01 00:00:00", "5874897-12-31 00:00:00", "4714-01-01 00:00:00 BC", "2026-11-22 09:30:00 AD",
            "9999999-01-01 00:00:00", "99999999-01-01 00:00:00", "2026-11-22 09:30:00 UTC",
        ]) func noTimestamp(_ text: String) {
            #expect(Timestamp(text) == nil)
            #expect(throws: ValueDecodingError.malformed("\"\(text)\" is not a valid timestamp in ISO style")) {
                try decode(Timestamp.self, text: text, as: .timestamp)
            }
        }

        @Test func dateIsRoundedHalfToEven() throws {
            func microseconds(_ seconds: Double) throws -> Int64? {
                TimestampTZ(Date(timeIntervalSinceReferenceDate: seconds)).map {
                    $0.microseconds - 366 * 86_400_000_000
                }
            }
            // Eighths of a millionth that Double holds exactly once multiplied.
            #expect(try microseconds(0.5e-6) == 0 && microseconds(1.5e-6) == 2 && microseconds(2.5e-6) == 2)
            #expect(try microseconds(-0.5e-6) == 0 && microseconds(-1.5e-6) == -2 && microseconds(-2.5e-6) == -2)
            #expect(try microseconds(0.9999996) == 1_000_000 && microseconds(-0.0000006) == -1)
            #expect(TimestampTZ(Date.distantPast) != nil && TimestampTZ(Date.distantFuture) != nil)
            for seconds in [Double.nan, .infinity, -.infinity, 1e13, -3e11, 1e300] {
                #expect(TimestampTZ(Date(timeIntervalSinceReferenceDate: seconds)) == nil)
                #expect(throws: ValueEncodingError.invalid("a Date outside the range of timestamptz")) {
                    try encode(Date(timeIntervalSinceReferenceDate: seconds))
                }
            }
        }

        @Test func dateColumns() throws {
            #expect(Date.postgresType == .timestamptz)
            let epoch = Date(timeIntervalSince1970: 0)
            #expect(try decode(Date.self, text: "1970-01-01 02:00:00+02", as: .timestamptz) == epoch)
            #expect(try decode(Date.self, text: "1970-01-01 00:00:00", as: .timestamp) == epoch)
            #expect(try decode(Date.self, encode(epoch), as: .timestamp) == epoch)
            #expect(try decode(Date.self, text: "1970-01-01", as: .date) == epoch)
            #expect(try decode(Date.self, hex("ffffd533"), as: .date) == epoch)
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(Date.self, text: "00:00:00", as: .time) }
            #expect(throws: ValueDecodingError.outOfRange("infinity is outside the range of Date")) {
                try decode(Date.self, hex("7fffffff"), as: .date)
            }
            #expect(throws: ValueDecodingError.outOfRange("infinity is outside the range of Date")) {
                try decode(Date.self, hex("7fffffffffffffff"), as: .timestamptz)
            }
            #expect(throws: ValueDecodingError.outOfRange("-infinity is outside the range of Date")) {
                try decode(Date.self, text: "-infinity", as: .timestamp)
            }
        }

        @Test func intervals() throws {
            #expect(Interval("infinity") == .infinity && Interval.negativeInfinity.description == "-infinity")
            #expect(Interval(microseconds: .min).description == "-2562047788:00:54.775808")
            #expect(Interval(months: .min, days: .min).description == "-178956970 years -8 mons -2147483648 days")
            // The least one has no opposite, which the word "ago" asks for.
            #expect(Interval("@ 2562047788 hours 54.775808 secs ago") == Interval(microseconds: .min))
            #expect(Interval("@ 2562047788 hours 54.775808 secs") == nil)
            #expect(Interval("0") == Interval() && Interval("@ 0") == Interval() && Interval("PT0S") == Interval())
            // The infinities are in binary format what is finite to servers before 17; text says which.
            let least = Interval(months: .min, days: .min, microseconds: .min)
            #expect(least.isFinite && least != .negativeInfinity && !Interval.negativeInfinity.isFinite)
            #expect(Interval(least.description) == least && Interval.postgresResultFormat == .text)
            #expect(throws: ValueEncodingError.self) { try encode(least) }
            #expect(try decode(Interval.self, encode(Interval.infinity), as: .interval) == .infinity)
            var changed = Interval.infinity
            changed.days = 1
            #expect(changed.isFinite && changed == Interval(months: .max, days: 1, microseconds: .max))
            for text in [
                "", "1", "1 fortnight", "P", "PT", "P1", "P1YT", "P1H", "PT1.5H", "@", "@ 1", "@ 1.5 days ago", "@ ago",
                "1-2-3",
                "1 2", "1.5 days", "1.5 2:00:00", "2020-01-01", "1 day 2", "25:00", "99999999999 days",
                "2147483648 days", "2562047789:00:00", "04:05:06 1 day", "1 day ",
            ] {
                #expect(Interval(text) == nil, "\(text)")
            }
        }

        @Test func roundTrips() throws {
            var random = SeededGenerator("dates and times")
            for _ in 0..<2000 {
                let date = CalendarDate(days: .random(in: -2_451_545...2_145_031_948, using: &random))
                #expect(CalendarDate("\(date)") == date)
                let timestamp = Timestamp(
                    microseconds: .random(in: -211_813_488_000_000_000..<9_223_371_331_200_000_000, using: &random))
                #expect(Timestamp("\(timestamp)") == timestamp)
                #expect(TimestampTZ("\(TimestampTZ(utc: timestamp))")?.utc == timestamp)
                #expect(timestamp.time.flatMap { Timestamp(date: timestamp.date, time: $0) } == timestamp)
                // Within a century or so of 2001 every microsecond survives the way through Date.
                let near = TimestampTZ(
                    microseconds: .random(in: -4_000_000_000_000_000...4_000_000_000_000_000, using: &random))
                #expect(Date(near).flatMap { TimestampTZ($0) } == near)
                let interval = Interval(
                    months: .random(in: .min ... .max, using: &random),
                    days: .random(in: .min ... .max, using: &random),
                    microseconds: .random(in: .min ... .max, using: &random))
                #expect(Interval("\(interval)") == interval, "\(interval)")
                #expect(try decode(Interval.self, encode(interval), as: .interval) == interval)
            }
        }
    }
}
