#if ScribeApp
import FoundationEssentials

/// A revision that is about to be written to a file.
package struct RevisionDraft {
    package var id: String
    package var downRevisions: [String]
    /// A few words for `history`.
    package var title: String
    /// The two parts' text, comments included.
    package var up: String
    package var down: String
    package var isTransactional = true

    package init(
        id: String? = nil, downRevisions: [String], title: String, up: String = "", down: String = "",
        isTransactional: Bool = true
    ) {
        self.id = id ?? Self.newID()
        self.downRevisions = downRevisions
        self.title = title
        self.up = up
        self.down = down
        self.isTransactional = isTransactional
    }

    /// Twelve hexadecimal digits, as Alembic makes them.
    package static func newID() -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<12).map { _ in digits[Int.random(in: 0..<16)] })
    }

    /// The title as part of a file's name.
    var slug: String {
        let words = title.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let slug = words.joined(separator: "_").prefix(50)
        return slug.isEmpty ? "revision" : String(slug)
    }

    /// The whole file.
    package var text: String {
        let created = Date.now.ISO8601Format(.iso8601.year().month().day())
        let parents = downRevisions.isEmpty ? "base" : downRevisions.joined(separator: ", ")
        let header = [
            "-- revision: \(id)", "-- down_revision: \(parents)", "-- created: \(created)",
            "-- title: \(title.split(whereSeparator: \.isNewline).joined(separator: " "))",
        ]
        let transaction = isTransactional ? [] : ["-- transaction: none"]
        return
            ((header + transaction).joined(separator: "\n") + "\n\n-- up\n\n" + part(up) + "\n-- down\n\n" + part(down))
            .trimmed + "\n"
    }

    private func part(_ text: String) -> String {
        if !text.trimmed.isEmpty { return text.trimmed + "\n" }
        return downRevisions.count > 1 ? "" : "-- Write the statements here.\n"
    }
}
#endif
