#if ScribeApp
/// A revision as a person writes it: a header of SQL comments, then two parts.
///
/// ```sql
/// -- revision: 3494a07fed0c
/// -- down_revision: 9f243b0c00f9
/// -- created: 2025-12-03
/// -- title: is_confident on emails
///
/// -- up
/// ALTER TABLE emails ADD COLUMN is_confident boolean DEFAULT false NOT NULL;
///
/// -- down
/// ALTER TABLE emails DROP COLUMN is_confident;
/// ```
/// The first revision's `down_revision` is `base`. `-- transaction: none` in the header says that the statements cannot run
/// in a transaction. Lines `-- lint: …` and `-- test: …` there are for ``Linter`` and ``RoundTrip``.
package struct RevisionFile {
    private let name: String
    private var header: [String: String] = [:]
    private var remarks: [Revision.Remark] = []
    private var parts: [String: StatementSplitter] = [:]

    /// Reads the text of the file called `name`.
    ///
    /// - Throws: ``MigrationError/badRevisionFile(_:_:)`` when something is missing.
    package static func parse(_ text: String, name: String) throws(MigrationError) -> Revision {
        try RevisionFile(text, name: name).revision()
    }

    private init(_ text: String, name: String) {
        self.name = name
        var part: String?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line == "-- up" || line == "-- down" {
                let heading = String(line.dropFirst(3))
                part = heading
                parts[heading] = StatementSplitter(firstLine: index + 2)
            } else if let part {
                parts[part]?.append(line)
            } else if line.hasPrefix("-- "), let colon = line.firstIndex(of: ":") {
                let key = String(line[..<colon].dropFirst(3))
                let value = String(line[line.index(after: colon)...]).trimmed
                if key == "lint" || key == "test" {
                    remarks.append(Revision.Remark(key: key, value: value))
                } else {
                    header[key] = value
                }
            }
        }
    }

    private func revision() throws(MigrationError) -> Revision {
        let id = try field("revision")
        let down = try field("down_revision")
        var revision = Revision(
            id: id, downRevision: down == "base" ? nil : down, created: try field("created"), title: try field("title"),
            file: name, up: try statements("up"), down: try statements("down"))
        revision.remarks = remarks
        revision.isTransactional = try isTransactional()
        return revision
    }

    private func field(_ key: String) throws(MigrationError) -> String {
        guard let value = header[key], !value.isEmpty else {
            throw .badRevisionFile(name, "its header has no line \"-- \(key): …\"")
        }
        return value
    }

    private func isTransactional() throws(MigrationError) -> Bool {
        guard let value = header["transaction"] else { return true }
        guard value == "none" else {
            throw .badRevisionFile(name, "its header says \"-- transaction: \(value)\"; only \"none\" can stand there")
        }
        return false
    }

    private func statements(_ key: String) throws(MigrationError) -> [Revision.Statement] {
        guard let part = parts[key] else { throw .badRevisionFile(name, "it has no part \"-- \(key)\"") }
        let statements = part.statements()
        guard !statements.isEmpty else { throw .badRevisionFile(name, "its part \"-- \(key)\" has no statement") }
        return statements
    }
}
#endif
