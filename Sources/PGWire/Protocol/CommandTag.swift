/// The command tag of a completed statement (manual: message CommandComplete).
public struct CommandTag: Sendable, Hashable, CustomStringConvertible {
    /// The tag as the server sent it: `INSERT 0 3`, `CREATE TABLE`; empty for an empty statement.
    public var description: String

    package init(_ text: String) { description = text }

    /// The number of rows inserted, updated, deleted, merged, selected, moved, fetched or copied; nil when the tag has
    /// none.
    public var rowCount: Int? {
        guard let last = description.split(separator: " ").last, last.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(last)
    }

    /// The tag without numbers: `INSERT`, `CREATE TABLE`.
    public var command: String {
        description.split(separator: " ").prefix { $0.utf8.first.map { !(48...57).contains($0) } ?? false }
            .joined(separator: " ")
    }
}
