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
/// The first revision's `down_revision` is `base`; that of a merge is the list of those that it merges, with commas. Two
/// more lines can stand in the header: `-- transaction: none` where no statement may run in a transaction, and
/// `-- irreversible: REASON` in place of the part that leads back.
/// Lines `-- lint: …` and `-- test: …` are for ``Linter`` and ``RoundTrip``.
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
        guard id.utf8.count <= 32, !id.contains(where: \.isWhitespace), !id.contains(",") else {
            throw .badRevisionFile(name, "its revision id '\(id)' is no word of at most 32 bytes")
        }
        let down = try field("down_revision")
        let parents = down == "base" ? [] : down.split(separator: ",").map { String($0).trimmed }
        let transaction = header["transaction"] ?? "one"
        guard transaction == "one" || transaction == "none" else {
            throw .badRevisionFile(name, "\"-- transaction: \(transaction)\" is neither one nor none")
        }
        // A merge changes nothing but the graph.
        let mayBeEmpty = parents.count > 1
        let irreversible = header["irreversible"]
        guard irreversible == nil || parts["down"] == nil else {
            throw .badRevisionFile(name, "it is called irreversible, and yet it has a part \"-- down\"")
        }
        var revision = Revision(
            id: id, downRevisions: parents, created: try field("created"), title: try field("title"), file: name,
            isTransactional: transaction == "one", up: try statements("up", mayBeEmpty: mayBeEmpty),
            down: parts["down"] == nil ? nil : try statements("down", mayBeEmpty: mayBeEmpty),
            irreversible: irreversible)
        revision.remarks = remarks
        return revision
    }

    private func field(_ key: String) throws(MigrationError) -> String {
        guard let value = header[key], !value.isEmpty else {
            throw .badRevisionFile(name, "its header has no line \"-- \(key): …\"")
        }
        return value
    }

    private func statements(_ key: String, mayBeEmpty: Bool) throws(MigrationError) -> [Revision.Statement] {
        guard let part = parts[key] else { throw .badRevisionFile(name, "it has no part \"-- \(key)\"") }
        let statements = part.statements()
        guard mayBeEmpty || !statements.isEmpty else {
            throw .badRevisionFile(name, "its part \"-- \(key)\" has no statement")
        }
        return statements
    }
}
#endif
