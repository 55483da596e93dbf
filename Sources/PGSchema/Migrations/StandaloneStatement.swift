import PGSchemaCatalog
package import PGSchemaSQL
package import PGWire

/// A statement that the server refuses in a transaction block, and what tells whether it has been carried out.
package enum StandaloneStatement {
    /// `CREATE INDEX CONCURRENTLY`; when it fails it leaves an index that is not valid.
    case createIndex(name: String?, table: SQLName)
    case dropIndex(SQLName)
    case addEnumValue(type: SQLName, label: String)
    /// What may be done twice.
    case repeatable

    /// Recognises `text`; nil when it is another statement, and most of those can run in a transaction.
    package init?(_ text: String) {
        let tokens = SQLToken.tokens(of: text)
        var cursor = TokenCursor(tokens)
        switch cursor.pass(oneOf: ["create", "drop", "alter", "vacuum", "cluster", "reindex"]) {
        case "create":
            cursor.pass("unique")
            guard cursor.pass("index", "concurrently") else { return nil }
            cursor.pass("if", "not", "exists")
            let name = cursor.first?.isWord("on") == true ? nil : cursor.next()?.name
            guard cursor.pass("on") else { return nil }
            cursor.pass("only")
            guard let table = cursor.name() else { return nil }
            self = .createIndex(name: name, table: table)
        case "drop":
            guard cursor.pass("index", "concurrently") else { return nil }
            cursor.pass("if", "exists")
            guard let name = cursor.name() else { return nil }
            self = .dropIndex(name)
        case "alter":
            guard cursor.pass("type"), let type = cursor.name(), cursor.pass("add", "value") else { return nil }
            cursor.pass("if", "not", "exists")
            guard let label = cursor.first, label.kind == .string else { return nil }
            self = .addEnumValue(type: type, label: label.text)
        case "vacuum", "cluster": self = .repeatable
        case "reindex" where tokens.contains { $0.isWord("concurrently") }: self = .repeatable
        default: return nil
        }
    }

    /// Whether the database shows it done.
    package func isDone(_ db: Connection) async throws -> Bool {
        switch self {
        case .createIndex(let name, let table): try await Self.isValid(name, on: table, db) == true
        case .dropIndex(let name):
            try await db.fetchOne(catalog: "SELECT to_regclass(\(name.quoted)::text) IS NULL", as: Bool.self)
        case .addEnumValue(let type, let label):
            try await db.fetchOne(
                catalog: """
                    SELECT EXISTS (SELECT FROM pg_enum
                                   WHERE enumtypid = to_regtype(\(type.quoted)::text) AND enumlabel = \(label)::text)
                    """, as: Bool.self)
        case .repeatable: false
        }
    }

    /// Takes away what an interrupted run has left.
    package func prepare(_ db: Connection) async throws {
        guard case .createIndex(let name?, let table) = self, try await Self.isValid(name, on: table, db) == false
        else { return }
        let schema = try await db.fetchOne(
            catalog:
                "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass(\(table.quoted)::text)",
            as: String.self)
        try await db.execute(script: "DROP INDEX CONCURRENTLY \(schema).\(name.quotedAsNeeded)")
    }

    /// Whether the index is valid; nil when there is none. It lives in the schema of its table, whatever the search path says.
    private static func isValid(_ name: String?, on table: SQLName, _ db: Connection) async throws -> Bool? {
        try await db.fetchOptional(
            catalog: """
                SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = to_regclass(\(table.quoted)::text) AND c.relname = \(name)::text
                """, as: Bool.self)
    }
}

extension SQLName {
    /// As SQL needs it.
    fileprivate var quoted: String {
        (schema.map { $0.quotedAsNeeded + "." } ?? "") + name.quotedAsNeeded
    }
}
