import PGSchemaReports
import PGSchemaSQL
import PGWire

/// What a backup holds: its statements, and of each table how many rows, and a checksum.
final class BackupRecord {
    private var statements: [SQLIdentifier: [String]] = [:]
    private var tables: [SQLIdentifier: Rows] = [:]

    /// The rows of a table, in whatever order.
    private struct Rows: Equatable {
        var count = 0
        var checksum: UInt64 = 0
    }

    func add(statement: String, _ label: String) { statements[SQLIdentifier(label), default: []].append(statement) }

    /// Adds a row, as COPY writes it. Hashes are the same within a process.
    func add(row: UnsafeRawBufferPointer, of label: String) {
        var hasher = Hasher()
        hasher.combine(bytes: row)
        let rows = tables[SQLIdentifier(label), default: Rows()]
        tables[SQLIdentifier(label)] = Rows(
            count: rows.count + 1, checksum: rows.checksum &+ UInt64(bitPattern: Int64(hasher.finalize())))
    }

    /// How `other` differs, as lines for people; nothing when it is the same.
    func differences(to other: BackupRecord) -> [String] {
        let labels = Set(statements.keys).union(other.statements.keys).sorted()
        var found = labels.flatMap { label in
            Self.difference(label.text, statements[label] ?? [], other.statements[label] ?? [])
        }
        for label in Set(tables.keys).union(other.tables.keys).sorted() {
            let (before, after) = (tables[label] ?? Rows(), other.tables[label] ?? Rows())
            guard before != after else { continue }
            found.append(
                before.count == after.count
                    ? "\(label.text): its \(before.count) rows have other values"
                    : "\(label.text): it had \(before.count) rows, and has \(after.count)")
        }
        return found
    }

    private static func difference(_ label: String, _ before: [String], _ after: [String]) -> [String] {
        var left = after
        var lost: [String] = []
        for text in before {
            let place =
                left.firstIndex { $0.hasSameBytes(as: text) }
                ?? left.firstIndex { $0.withoutCasts.hasSameBytes(as: text.withoutCasts) }
            if let place { left.remove(at: place) } else { lost.append(text) }
        }
        switch (lost.first, left.first) {
        case (nil, nil): return []
        case (_?, nil): return ["\(label): it is not there"]
        case (nil, _?): return ["\(label): it was not there"]
        case (let text?, let other?): return ["\(label) was"] + text.lines + ["and is"] + other.lines
        }
    }
}

extension String {
    /// The text without casts to text types and without parentheses. Where these stand in `status IN ('a', 'b')` changes when the
    /// server reads what it has printed.
    fileprivate var withoutCasts: String {
        var text = self
        for part in ["::character varying", "::text", "[]", "(", ")"] {
            text = String(text.unicodeScalars.replacing(part.unicodeScalars, with: "".unicodeScalars))
        }
        return text
    }
}
