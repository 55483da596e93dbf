#if ScribeApp
import PGWire

/// A statement that the server refuses in a transaction block, and what tells whether it has been carried out.
enum StandaloneStatement: Equatable {
    /// `CREATE INDEX CONCURRENTLY`; when it fails it leaves an index that is not valid.
    case createIndex(name: String, table: String)
    case dropIndex(name: String)
    case addEnumValue(type: String, label: String)
    /// `VACUUM`, `REINDEX … CONCURRENTLY` and others that may be done twice.
    case repeatable

    /// Recognises `text`; nil when it is a statement that can run in a transaction.
    init?(_ text: String) {
        var words = Words(text)
        switch words.next().lowercased() {
        case "create":
            words.skip("unique")
            guard words.skip("index"), words.skip("concurrently") else { return nil }
            words.skipAll("if", "not", "exists")
            let name = words.nextName()
            guard words.skip("on") else { return nil }
            words.skip("only")
            self = .createIndex(name: name, table: words.nextName())
        case "drop":
            guard words.skip("index"), words.skip("concurrently") else { return nil }
            words.skipAll("if", "exists")
            self = .dropIndex(name: words.nextName())
        case "alter":
            if words.skip("system") || words.skip("database") {
                self = .repeatable
                return
            }
            guard words.skip("type") else { return nil }
            let type = words.nextName()
            if words.skip("add"), words.skip("value") {
                words.skipAll("if", "not", "exists")
                self = .addEnumValue(type: type, label: words.nextString())
            } else {
                return nil
            }
        case "vacuum", "cluster": self = .repeatable
        case "reindex":
            guard text.lowercased().contains("concurrently") else { return nil }
            self = .repeatable
        default: return nil
        }
    }

    /// Whether the database shows it done.
    func isDone(_ db: Connection) async throws -> Bool {
        switch self {
        case .createIndex(let name, let table): try await Self.state(ofIndex: name, on: table, db) == .valid
        case .dropIndex(let name): try await Self.state(ofIndex: name, on: nil, db) == .absent
        case .addEnumValue(let type, let label):
            try await db.fetchOne(
                """
                SELECT EXISTS (SELECT FROM pg_enum
                               WHERE enumtypid = to_regtype(\(type)::text) AND enumlabel = \(label)::text)
                """, as: Bool.self)
        case .repeatable: false
        }
    }

    /// Takes away what an interrupted run has left.
    func prepare(_ db: Connection) async throws {
        guard case .createIndex(let name, let table) = self,
            case .invalid(let found) = try await Self.state(ofIndex: name, on: table, db)
        else { return }
        try await db.execute(script: "DROP INDEX CONCURRENTLY \(found)")
    }

    private enum IndexState: Equatable {
        case absent, valid
        /// With the name under which to drop it.
        case invalid(String)
    }

    /// An index lives in the schema of its table, whatever the search path says.
    private static func state(ofIndex name: String, on table: String?, _ db: Connection) async throws -> IndexState {
        let found: (String, Bool)?
        if let table {
            found = try await db.fetchOptional(
                """
                SELECT i.indexrelid::regclass::text, i.indisvalid
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = to_regclass(\(table)::text)
                  AND quote_ident(c.relname) = quote_ident((parse_ident(\(name)::text))[1])
                """, as: (String, Bool).self)
        } else {
            found = try await db.fetchOptional(
                """
                SELECT indexrelid::regclass::text, indisvalid FROM pg_index
                WHERE indexrelid = to_regclass(\(name)::text)
                """, as: (String, Bool).self)
        }
        guard let (name, isValid) = found else { return .absent }
        return isValid ? .valid : .invalid(name)
    }
}

/// The words of a statement from its beginning, quoted names and strings whole.
private struct Words {
    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    mutating func next() -> String {
        rest = rest.drop(while: \.isWhitespace)
        guard let first = rest.first else { return "" }
        var end = rest.startIndex
        if first == "'" || first == "\"" {
            end = rest.dropFirst().firstIndex(of: first).map(rest.index(after:)) ?? rest.endIndex
        } else {
            end =
                rest.firstIndex { $0.isWhitespace || $0 == "(" || $0 == "." || $0 == "\"" || $0 == "'" }
                ?? rest.endIndex
            if end == rest.startIndex { end = rest.index(after: end) }
        }
        defer { rest = rest[end...] }
        return String(rest[..<end])
    }

    @discardableResult
    mutating func skip(_ word: String) -> Bool {
        var copy = self
        guard copy.next().lowercased() == word else { return false }
        self = copy
        return true
    }

    mutating func skipAll(_ words: String...) {
        for word in words where !skip(word) { return }
    }

    /// A name as it is written, with its schema if it has one.
    mutating func nextName() -> String {
        var name = next()
        while rest.first == "." {
            rest = rest.dropFirst()
            name += "." + next()
        }
        return name
    }

    /// The value of a string literal.
    mutating func nextString() -> String {
        var literal = next()
        while literal.first == "'", rest.first == "'" { literal += next() }
        return literal.dropFirst().dropLast().split(separator: "''", omittingEmptySubsequences: false)
            .joined(separator: "'")
    }
}
#endif
