import PGSchemaCatalog
import PGSchemaSQL
public import PGWire

/// Compares a database with a declared schema, and drafts the revision that makes them equal.
///
/// ```swift
/// let draft = try await SchemaComparison(shop).draft(db)
/// for part in draft.parts { print(part.text) }
/// ```
/// The declared schema is built in a scratch schema, in a transaction that is rolled back, and read from the catalog as the
/// live one is: every text is compared in the server's own form. If something differs, the statements are tried there too,
/// up and down, on a copy of the live schema without rows. Nothing stays, no table of the live schema is locked, and it
/// works through a transaction pooler. The role needs CREATE on the database.
public struct SchemaComparison: Sendable {
    /// The declared schema.
    public let model: Schema
    /// Decisions that the schemas do not tell.
    public var options: Options

    /// Decisions that the schemas do not tell.
    public struct Options: Sendable {
        /// What is renamed. Nothing else is taken for a rename.
        public var renames: [SchemaRename.Request] = []
        /// What is dropped although it may have been renamed: `emails.old`, `users`.
        public var drops: Set<SQLIdentifier> = []
        /// Whether everything that may have been renamed is dropped.
        public var dropsAll = false
        /// Whether new indexes on existing tables are built by CREATE INDEX CONCURRENTLY, in a revision of their own that runs
        /// outside of a transaction block.
        public var buildsIndexesConcurrently = false
        /// Tables and enum types that are not compared, such as those of another program.
        public var ignored: Set<SQLIdentifier> = []

        /// Whether comments that the declaration does not have are left alone, as if they were declared.
        public var leavesComments = false
        /// Whether storage parameters and column settings that the declaration does not have are left alone.
        public var leavesStorage = false

        /// The name of the migrations' version table, which is ignored too.
        public var versionTable = "schema_version"

        /// No renames, and nothing ignored except the version table.
        public init() {}

        /// What is not compared.
        fileprivate var excluded: Set<SQLIdentifier> { ignored.union([SQLIdentifier(versionTable)]) }
    }

    /// A comparison with the schema `model`.
    public init(_ model: Schema, options: Options = Options()) {
        self.model = model
        self.options = options
    }

    /// The differences. Possible renames are marked (``SchemaDifference/isRenameCandidate``), and are no error.
    ///
    /// - Parameter scratch: a connection to another database of the same major version, to build the scratch schema there.
    /// - Throws: ``SchemaComparisonError``, `PostgresError`
    public func changes(_ db: Connection, scratch: Connection? = nil) async throws -> [SchemaDifference] {
        try await compare(db, scratch) { comparison, _, _ in comparison?.changes ?? [] }
    }

    /// The revision that makes the database as declared; an empty one when nothing differs.
    ///
    /// - Parameter scratch: a connection to another database of the same major version, to build the scratch schema there.
    /// - Throws: ``SchemaComparisonError``, such as ``SchemaComparisonError/ambiguous(_:)`` when ``options`` must decide what is
    ///   renamed and what is dropped; `PostgresError`
    public func draft(_ db: Connection, scratch: Connection? = nil) async throws -> SchemaDraft {
        try await compare(db, scratch) { comparison, scratch, tx in
            guard let comparison else { return .empty }
            guard comparison.candidates.isEmpty else { throw SchemaComparisonError.ambiguous(comparison.candidates) }
            return try await comparison.draft(options, &scratch, tx)
        }
    }

    /// Calls `body` with what differs, or nil if nothing does.
    private func compare<R>(
        _ db: Connection, _ other: Connection?,
        _ body: (Comparison?, inout ScratchSchema, borrowing Transaction) async throws -> R
    ) async throws -> R {
        let problems = model.problems
        guard problems.isEmpty else { throw SchemaComparisonError.badDeclaration(problems) }
        var (live, path) = try await db.transaction(isolation: .repeatableRead, readOnly: true) { tx in
            try await Self.limitWaiting(tx)
            let path = try await SearchPath.current(tx)
            let live = try await CatalogReader(schema: path.schema, others: path.others).read(tx)
            try await refuseKindMismatches(than: live, path, tx)
            try await refuseUntrustedTables(among: live, tx)
            return (live, path)
        }
        live.tables.removeAll { options.excluded.contains(SQLIdentifier($0.name)) }
        live.enums.removeAll { options.excluded.contains(SQLIdentifier($0.name)) }
        live.setAsideExternalForeignKeys()
        return try await Self.rollingBack(other ?? db) { [live] tx in
            try await Self.limitWaiting(tx)
            if other != nil {
                let major = try await SearchPath.current(tx).major
                guard major == path.major else {
                    throw SchemaComparisonError.versionMismatch(live: path.major, scratch: major)
                }
            }
            var scratch = ScratchSchema(others: path.othersForScratch)
            let comparison = try await Comparison(live, model, options, path.major, &scratch, tx)
            return try await body(comparison, &scratch, tx)
        }
    }

    /// Throws if an object of another kind, such as a view, has the name of a declared one.
    private func refuseKindMismatches(than live: Schema, _ path: SearchPath, _ tx: borrowing Transaction) async throws {
        let tables = model.tables.map(\.name).filter { live.table($0) == nil }
        let enums = model.enums.map(\.name).filter { live.enum($0) == nil }
        let ignored = (model.tables.map(\.name) + model.enums.map(\.name)).filter {
            options.excluded.contains(SQLIdentifier($0))
        }
        guard ignored.isEmpty else {
            throw SchemaComparisonError.badDeclaration(ignored.map { "\($0) is declared, so it cannot be ignored" })
        }
        guard !tables.isEmpty || !enums.isEmpty else { return }
        let others = try await tx.fetchAll(
            catalog: """
                SELECT relname || ' is ' || CASE relkind WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view'
                           WHEN 'p' THEN 'a partitioned table' WHEN 'f' THEN 'a foreign table' WHEN 'S' THEN 'a sequence'
                           WHEN 'c' THEN 'a composite type' WHEN 'r' THEN 'a partition or an extension''s table'
                           ELSE 'an index' END
                FROM pg_class WHERE relnamespace = to_regnamespace(\(path.schema.quoted)::text)
                AND relname = ANY (\(tables)::text[])
                UNION ALL
                SELECT typname || ' is ' || CASE typtype WHEN 'd' THEN 'a domain' WHEN 'c' THEN 'a table or composite type'
                           ELSE 'another type' END
                FROM pg_type WHERE typnamespace = to_regnamespace(\(path.schema.quoted)::text)
                AND typname = ANY (\(enums)::text[])
                ORDER BY 1
                """, as: String.self)
        guard others.isEmpty else { throw SchemaComparisonError.kindMismatch(others) }
    }

    /// Building copies of the live tables runs code that their owners have defined.
    private func refuseUntrustedTables(among live: Schema, _ tx: borrowing Transaction) async throws {
        // Views and the like are not copied.
        let made = Set(live.tables.map { SQLIdentifier($0.name) }).subtracting(options.excluded)
        let untrusted = try await TableOwners.untrustedTables(tx).filter { made.contains($0.name) }
        guard untrusted.isEmpty else {
            throw SchemaComparisonError.untrustedTables(untrusted.map { ($0.name.text, $0.owner) })
        }
    }

    /// Limits how long the comparison waits for locks, and others for it.
    private static func limitWaiting(_ tx: borrowing Transaction) async throws {
        try await tx.execute("SELECT pg_catalog.set_config('lock_timeout', '5s', true)")
    }

    /// Runs `body` in a transaction that is rolled back.
    private static func rollingBack<R>(
        _ db: Connection, _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        var result: R?
        do {
            try await db.transaction { tx in
                result = try await body(tx)
                throw RollBack()
            }
        } catch is RollBack {}
        guard let result else { throw CancellationError() }
        return result
    }

    private struct RollBack: Error {}
}
