/// The command tag of a completed statement (manual: message CommandComplete).
public struct CommandTag: Sendable, Hashable, CustomStringConvertible {
    /// The tag as the server sent it: `INSERT 0 3`, `CREATE TABLE`; empty for an empty statement.
    public var description: String

    package init(_ text: String) { description = text }

    /// The number of rows inserted, updated, deleted, merged, selected, moved, fetched or copied; nil when the tag has
    /// none.
    public var rowCount: Int? {
        // Not by splitting, as it is asked for often.
        var count: Int? = nil
        var isAfterSpace = true
        for byte in description.utf8 {
            guard byte != UInt8(ascii: " ") else {
                isAfterSpace = true
                continue
            }
            let digit = (48...57).contains(byte) ? Int(byte - 48) : nil
            count = isAfterSpace ? digit : count.flatMap { count in digit.flatMap { Self.appending($0, to: count) } }
            isAfterSpace = false
        }
        return count
    }

    private static func appending(_ digit: Int, to count: Int) -> Int? {
        let (tens, overflow) = count.multipliedReportingOverflow(by: 10)
        let (sum, further) = tens.addingReportingOverflow(digit)
        return overflow || further ? nil : sum
    }

    /// The tag without numbers: `INSERT`, `CREATE TABLE`.
    public var command: String {
        description.split(separator: " ").prefix { $0.utf8.first.map { !(48...57).contains($0) } ?? false }
            .joined(separator: " ")
    }
}
