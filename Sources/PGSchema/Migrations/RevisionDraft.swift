import FoundationEssentials
import PGSchemaSQL

/// A revision that is about to be written to a file.
public struct RevisionDraft {
    /// The new revision's id.
    public var id: String
    /// The revisions that it follows.
    public var downRevisions: [String]
    /// A few words for `history`.
    public var title: String
    /// The two parts with their headings, comments included.
    public var parts: String
    /// Whether its statements run in a transaction.
    public var isTransactional: Bool

    /// - Parameter parts: from `-- up` on; nil for what a person is to fill in.
    public init(
        id: String? = nil, downRevisions: [String], title: String, parts: String? = nil, isTransactional: Bool = true
    ) {
        self.id = id ?? Self.newID()
        self.downRevisions = downRevisions
        self.title = title
        // A merge changes nothing but the graph.
        let gap = downRevisions.count > 1 ? "" : "-- Write the statements here.\n\n"
        self.parts = parts ?? "-- up\n\n\(gap)-- down\n\n\(gap)"
        self.isTransactional = isTransactional
    }

    /// Twelve hexadecimal digits, as Alembic makes them.
    public static func newID() -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<12).map { _ in digits[Int.random(in: 0..<16)] })
    }

    /// Makes sure that the file can be read when it is written.
    ///
    /// - Throws: ``MigrationError/badDraft(_:)``
    package func check(in graph: RevisionGraph) throws(MigrationError) {
        guard !title.trimmed.isEmpty else { throw .badDraft("a revision needs a few words as its title: -m \"…\"") }
        guard Revision.isID(id) else { throw .badDraft(Revision.objection(toID: id)) }
        if let other = graph[id] { throw .badDraft("\(other.file) has the revision id \(id) already") }
    }

    /// The title as part of a file's name.
    package var slug: String {
        // By Characters: an é in two scalars is no e.
        let words = title.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        let slug = words.joined(separator: "_").prefix(50)
        return slug.isEmpty ? "revision" : String(slug)
    }

    /// The whole file.
    public var text: String {
        let created = Date.now.ISO8601Format(.iso8601.year().month().day())
        let parents = downRevisions.isEmpty ? "base" : downRevisions.joined(separator: ", ")
        var header = [
            "-- revision: \(id)", "-- down_revision: \(parents)", "-- created: \(created)",
            "-- title: \(title.onOneLine)",
        ]
        if !isTransactional { header.append("-- transaction: none") }
        return (header.joined(separator: "\n") + "\n\n" + parts).trimmed + "\n"
    }
}
