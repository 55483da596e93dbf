/// The proleptic Gregorian calendar, as PostgreSQL uses it (manual: "History of Units").
///
/// Astronomical year numbering: 0 is 1 BC, -1 is 2 BC.
enum Gregorian {
    /// The years of the type `date`, 4713 BC to 5874897 AD.
    static let years = -4712...5_874_897

    static let microsecondsPerDay: Int64 = 86_400_000_000

    /// Days from 2000-01-01 to the given date; nil when it does not exist.
    static func days(year: Int, month: Int, day: Int) -> Int? {
        guard years.contains(year), (1...12).contains(month) else { return nil }
        guard day >= 1, day <= daysInMonth(month, year: year) else { return nil }
        // Years that begin in March have the leap day at their end, and 153 days in every five months.
        let (marchYear, marchMonth) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let cycle = floorDivide(marchYear, 400)
        let yearOfCycle = marchYear - cycle * 400
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return cycle * daysPerCycle + dayOfCycle - epoch
    }

    /// The date `days` after 2000-01-01, for the whole range of `date` and `timestamp`.
    static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + epoch
        let cycle = floorDivide(shifted, daysPerCycle)
        let dayOfCycle = shifted - cycle * daysPerCycle
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36524 - dayOfCycle / 146096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day)
    }

    static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    static func floorDivide<I: SignedInteger>(_ dividend: I, _ divisor: I) -> I {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static let daysPerCycle = 146_097
    /// Days from 0000-03-01 to 2000-01-01.
    private static let epoch = 730_425
}
