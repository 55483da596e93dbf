import PGWire

/// The types of a database, and expressions that are values of each.
struct TypeCatalog: Sendable {
    struct Entry: Decodable, Sendable {
        var id: UInt32
        var name: String
        /// With its schema, in quotes.
        var quoted: String
        var kind: String
        var category: String
        var element: UInt32
        var base: UInt32
        /// The types of a composite's columns, or none.
        var columns: [UInt32]
        var labels: [String]
    }

    private let entries: [UInt32: Entry]

    /// In the order of their identifiers.
    var all: [Entry] { entries.values.sorted { $0.id < $1.id } }

    init(_ db: Connection) async throws {
        let rows = try await db.fetchAll(
            """
            SELECT t.oid AS id, typname AS name, format('%I.%I', nspname, typname) AS quoted, typtype::text AS kind,
                typcategory::text AS category, typelem AS element, typbasetype AS base,
                ARRAY(
                    SELECT atttypid FROM pg_attribute
                    WHERE attrelid = typrelid AND typrelid <> 0 AND attnum > 0 AND NOT attisdropped ORDER BY attnum) AS columns,
                ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder) AS labels
            FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
            """, as: Entry.self)
        entries = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
    }

    /// Three expressions that are values of the type, or fewer where there are none.
    func samples(of entry: Entry) -> [String] {
        if let samples = TypeSamples.all[entry.name] {
            return samples.map { sample in
                sample.utf8.first == UInt8(ascii: "=")
                    ? "(\(sample.dropFirst()))" : "\(LiveServers.quoted(sample))::\(entry.quoted)"
            }
        }
        switch entry.kind {
        case "c": return (0...2).map { "\(row(entry, $0))::\(entry.quoted)" }
        case "e": return entry.labels.map { "\(LiveServers.quoted($0))::\(entry.quoted)" }
        case "b" where entry.category == "A":
            guard let element = entries[entry.element] else { return [] }
            let samples = samples(of: element)
            let values = ["'{}'::\(entry.quoted)"]
            guard samples.count >= 3 else { return values }
            return values + [
                "ARRAY[\(samples[0]), NULL, \(samples[1])]::\(entry.quoted)",
                "ARRAY[ARRAY[\(samples[2])], ARRAY[\(samples[1])]]::\(entry.quoted)",
            ]
        default: return []
        }
    }

    private func row(_ entry: Entry, _ index: Int) -> String {
        let values = entry.columns.map { column in
            // A pseudo-type's values need a place of their own.
            guard let type = entries[column], type.kind != "p" else { return "NULL" }
            let samples = samples(of: type)
            return samples.isEmpty ? "NULL" : samples[index % samples.count]
        }
        return "ROW(\(values.joined(separator: ", ")))"
    }

    /// Why there are fewer than three values of it; nil when that is a mistake.
    func exception(of entry: Entry) -> String? {
        if let reason = TypeSamples.exceptions[entry.name] { return reason }
        guard entry.category == "A", let element = entries[entry.element] else { return nil }
        return exception(of: element).map { "an array of what has no values: \($0)" }
    }
}
