import PGSchemaCatalog
import PGSchemaReports
import PGSchemaSQL
import PGWire

/// What a backup holds: its statements, and of each table how many rows, and a checksum. And the catalog as ``CatalogSnapshot``
/// reads it, which is a second opinion on what there is.
final class BackupRecord {
    private var statements: [SQLIdentifier: [String]] = [:]
    private var catalog: [SQLIdentifier: [String]] = [:]
    private var tables: [SQLIdentifier: Rows] = [:]
    /// The table whose rows come, and the places of its columns in the order of their names.
    private var table: (name: SQLIdentifier, places: [Int])?

    /// The rows of a table, in whatever order.
    private struct Rows: Equatable {
        var count = 0
        var checksum: UInt64 = 0
    }

    func add(statement: String, _ label: String) {
        var text = statement
        // The bytes of a large object are too much to keep.
        if statement.utf8.count > 1 << 16 {
            var hasher = Hasher()
            statement.hashBytes(into: &hasher)
            text = "\(statement.utf8.count) bytes, checksum \(hasher.finalize())"
        }
        statements[SQLIdentifier(label), default: []].append(text)
    }

    func add(_ snapshot: CatalogSnapshot) { catalog = snapshot.entries.mapValues { [$0] } }

    /// Rows of a table follow. The order of its columns does not count.
    func begin(_ name: String, columns: [String]) {
        let names = columns.map { SQLIdentifier($0) }
        table = (SQLIdentifier(name), names.indices.sorted { names[$0] < names[$1] })
        tables[SQLIdentifier(name)] = Rows()
    }

    /// Adds a row, as COPY writes it. Hashes are the same within a process.
    func add(row: UnsafeRawBufferPointer) {
        guard let (name, places) = table, let rows = tables[name] else { return }
        let line = row.last == UInt8(ascii: "\n") ? row[..<(row.endIndex - 1)] : row[...]
        // Tabs in values are escaped.
        let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        var hasher = Hasher()
        for place in places.count == fields.count ? places : Array(fields.indices) {
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: fields[place]))
            hasher.combine(fields[place].count)
        }
        let sum = rows.checksum &+ UInt64(bitPattern: Int64(hasher.finalize()))
        tables[name] = Rows(count: rows.count + 1, checksum: sum)
    }

    /// How `other` differs, as lines for people; nothing when it is the same.
    func differences(to other: BackupRecord) -> [String] {
        var found = Self.differences(statements, other.statements)
        for name in Set(tables.keys).union(other.tables.keys).sorted() {
            let (before, after) = (tables[name] ?? Rows(), other.tables[name] ?? Rows())
            guard before != after else { continue }
            found.append(
                before.count == after.count
                    ? "\(name.text): its \(before.count) rows have other values"
                    : "\(name.text): it had \(before.count) rows, and has \(after.count)")
        }
        return found.isEmpty ? Self.differences(catalog, other.catalog) : found
    }

    private static func differences(
        _ before: [SQLIdentifier: [String]], _ after: [SQLIdentifier: [String]]
    ) -> [String] {
        Set(before.keys).union(after.keys).sorted().flatMap { name in
            difference(name.text, before[name] ?? [], after[name] ?? [])
        }
    }

    private static func difference(_ label: String, _ before: [String], _ after: [String]) -> [String] {
        var left = after
        var lost: [String] = []
        for text in before {
            let place =
                left.firstIndex { $0.hasSameBytes(as: text) }
                ?? left.firstIndex { $0.comparable == text.comparable }
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
    /// The lines without casts to text types and without parentheses: where these stand in `status IN ('a', 'b')` changes when the
    /// server reads what it has printed. Those of a child table are sorted, as the order of its columns changes.
    fileprivate var comparable: [SQLIdentifier] {
        var text = self
        for part in ["::character varying", "::text", "[]", "(", ")"] {
            text = String(text.unicodeScalars.replacing(part.unicodeScalars, with: "".unicodeScalars))
        }
        let lines = text.unicodeScalars.split(separator: "\n").map { line in
            SQLIdentifier(String(line.last == "," ? line.dropLast() : line))
        }
        return contains(bytesOf: "INHERITS ") ? lines.sorted() : lines
    }
}
