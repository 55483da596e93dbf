import PGSchemaSQL

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
/// The first revision's `down_revision` is `base`; a merge lists its parents, separated by commas. The header may have two
/// more lines: `-- transaction: none` if the statements cannot run in a transaction block, and `-- irreversible: REASON`
/// instead of the part `-- down`. Lines `-- lint: …` and `-- test: …` are for ``Linter`` and ``RoundTrip``.
package struct RevisionFile {
    private let name: String
    private var header: [String: String] = [:]
    private var remarks: [Revision.Remark] = []
    private var parts: [String: [Revision.Statement]] = [:]

    /// Parses the text of the file `name`. Its lines may end in CR LF.
    ///
    /// - Throws: ``MigrationError/badRevisionFile(_:_:)`` when something is missing, repeated or misplaced.
    package static func parse(_ text: String, name: String) throws(MigrationError) -> Revision {
        try RevisionFile(text, name: name).revision()
    }

    private init(_ text: String, name: String) throws(MigrationError) {
        self.name = name
        for part in StatementSplitter.parts(of: Self.normalized(text)) {
            guard let heading = part.heading else {
                if let statement = part.statements.first {
                    throw .badRevisionFile(
                        name, "line \(statement.line) stands before \"-- up\", where no SQL may stand")
                }
                try readHeader(part.comments)
                continue
            }
            guard parts.updateValue(part.statements, forKey: heading) == nil else {
                throw .badRevisionFile(name, "it has two parts \"-- \(heading)\"")
            }
        }
    }

    /// Without the byte order mark and CR LF of Windows, so that the same file has the same checksum everywhere.
    private static func normalized(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        guard scalars.contains("\r") else { return String(String.UnicodeScalarView(scalars)) }
        func isLineEnd(_ index: Int) -> Bool {
            scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
        }
        // If only some lines end in CR LF, one in quotes is meant, for example as a part of a name.
        let isAlways = scalars.indices.allSatisfy { scalars[$0] != "\n" || $0 > 0 && scalars[$0 - 1] == "\r" }
        let scanner = SQLScanner(text: scalars)
        var result = String.UnicodeScalarView()
        var position = 0
        while position < scalars.count {
            let end = scanner.end(ofWordAt: position) ?? scanner.end(ofTokenAt: position)
            let stays = !isAlways && ["'", "\"", "$"].contains(scalars[position])
            for index in position..<end where stays || !isLineEnd(index) { result.append(scalars[index]) }
            position = end
        }
        return String(result)
    }

    private mutating func readHeader(_ comments: [String]) throws(MigrationError) {
        for line in comments where line.starts(withBytesOf: "-- ") {
            guard let (before, after) = line.splitOnce(at: ":") else { continue }
            let key = String(before.unicodeScalars.dropFirst(3))
            let value = after.trimmed
            if key == "lint" || key == "test" {
                remarks.append(Revision.Remark(key: key, value: value))
            } else if header.updateValue(value, forKey: key) != nil {
                throw .badRevisionFile(name, "its header has two lines \"-- \(key): …\"")
            }
        }
    }

    private func revision() throws(MigrationError) -> Revision {
        let id = try field("revision")
        guard Revision.isID(id) else { throw .badRevisionFile(name, Revision.objection(toID: id)) }
        let down = try field("down_revision")
        let parents = down == "base" ? [] : down.unicodeScalars.split(separator: ",").map { String($0).trimmed }
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
        guard let statements = parts[key] else { throw .badRevisionFile(name, "it has no part \"-- \(key)\"") }
        guard mayBeEmpty || !statements.isEmpty else {
            throw .badRevisionFile(
                name,
                "its part \"-- \(key)\" has no statement\(key == "down" ? ": if it cannot be downgraded, say \"-- irreversible: REASON\" instead" : "")"
            )
        }
        return statements
    }
}
