import PGSchemaCatalog
import PGSchemaSQL
public import PGWire

/// Compares a database with a declared schema, and writes the revision that makes them equal.
///
/// ```swift
/// let draft = try await SchemaComparison(shop).draft(db)
/// if !draft.isEmpty { print(draft.text) }
/// ```
/// The declared schema is built in a scratch schema inside a transaction, read back through the catalog as the live one is,
/// and rolled back; so every text is compared in the server's own form. When something differs, the statements are tried
/// there too, up and down, on a copy of the live schema without rows. Nothing stays, no table of the live schema is locked,
/// and all of it works through a transaction pooler. The role needs CREATE on the database.
public struct SchemaComparison: Sendable {
    /// The declared schema.
    public let model: Schema
    /// What the user decides.
    public var options: Options

    /// What a user decides.
    public struct Options: Sendable {
        /// What has only got another name. Nothing is taken for a rename that is not here.
        public var renames: [SchemaRename.Request] = []
        /// What goes although it might have got another name: `emails.old`, `users`.
        public var drops: Set<SQLIdentifier> = []
        /// Whether all that might have got another name goes.
        public var dropsAll = false
        /// Whether new indexes on tables that are there become a revision of their own, which runs outside a transaction
        /// and holds up nobody.
        public var buildsIndexesConcurrently = false
        /// Tables and enum types that are none of ours.
        public var ignored: Set<SQLIdentifier> = []

        /// The version table of the migrations, which is ignored too.
        package var versionTable = "schema_version"

        /// Nothing was renamed, nothing is left alone but the version table.
        public init() {}

        /// What is left alone.
        fileprivate var leftAlone: Set<SQLIdentifier> { ignored.union([SQLIdentifier(versionTable)]) }
    }

    /// A comparison with the schema `model`.
    public init(_ model: Schema, options: Options = Options()) {
        self.model = model
        self.options = options
    }

    /// The differences, nothing asked: what may be a rename is marked. For `migrate check`.
    ///
    /// - Parameter scratch: a connection to another database of the same major version, to build the scratch schema there.
    /// - Throws: ``SchemaComparisonError``, `PostgresError`
    public func changes(_ db: Connection, scratch: Connection? = nil) async throws -> [SchemaDifference] {
        try await compare(db, scratch) { comparison, _, _ in comparison?.changes ?? [] }
    }

    /// The revision that makes the database as declared; an empty one when nothing differs.
    ///
    /// - Parameter scratch: a connection to another database of the same major version, to build the scratch schema there.
    /// - Throws: ``SchemaComparisonError``, of which ``SchemaComparisonError/ambiguous(_:)`` wants an answer; `PostgresError`
    public func draft(_ db: Connection, scratch: Connection? = nil) async throws -> SchemaDraft {
        try await compare(db, scratch) { comparison, scratch, tx in
            guard let comparison else { return .empty }
            guard comparison.candidates.isEmpty else { throw SchemaComparisonError.ambiguous(comparison.candidates) }
            return try await comparison.draft(options, &scratch, tx)
        }
    }

    /// Gives `body` what differs, nil when nothing does.
    private func compare<R>(
        _ db: Connection, _ other: Connection?,
        _ body: (Comparison?, inout Scratch, borrowing Transaction) async throws -> R
    ) async throws -> R {
        let problems = model.problems
        guard problems.isEmpty else { throw SchemaComparisonError.badDeclaration(problems) }
        var (live, place) = try await db.transaction(isolation: .repeatableRead, readOnly: true) { tx in
            try await Self.limitWaiting(tx)
            let place = try await ComparedPlace.current(tx)
            let live = try await CatalogReader(schema: place.schema, others: place.others).read(tx)
            try await refuseOtherKinds(than: live, place, tx)
            try await refuseStrangers(among: live, tx)
            return (live, place)
        }
        live.tables.removeAll { options.leftAlone.contains(SQLIdentifier($0.name)) }
        live.enums.removeAll { options.leftAlone.contains(SQLIdentifier($0.name)) }
        live.setAsideForeignKeysThatLeadOut()
        return try await Self.undoing(other ?? db) { [live] tx in
            try await Self.limitWaiting(tx)
            if other != nil {
                let major = try await ComparedPlace.current(tx).major
                guard major == place.major else {
                    throw SchemaComparisonError.otherVersion(live: place.major, scratch: major)
                }
            }
            var scratch = Scratch(others: place.othersForScratch)
            let comparison = try await Comparison(live, model, options, place.major, &scratch, tx)
            return try await body(comparison, &scratch, tx)
        }
    }

    /// What is declared and not there must not be there as something else, such as a view.
    private func refuseOtherKinds(than live: Schema, _ place: ComparedPlace, _ tx: borrowing Transaction) async throws {
        let tables = model.tables.map(\.name).filter { live.table($0) == nil }
        let enums = model.enums.map(\.name).filter { live.enum($0) == nil }
        let ignored = (model.tables.map(\.name) + model.enums.map(\.name)).filter {
            options.leftAlone.contains(SQLIdentifier($0))
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
                FROM pg_class WHERE relnamespace = to_regnamespace(\(place.schema.quoted)::text)
                AND relname = ANY (\(tables)::text[])
                UNION ALL
                SELECT typname || ' is ' || CASE typtype WHEN 'd' THEN 'a domain' WHEN 'c' THEN 'a table or composite type'
                           ELSE 'another type' END
                FROM pg_type WHERE typnamespace = to_regnamespace(\(place.schema.quoted)::text)
                AND typname = ANY (\(enums)::text[])
                ORDER BY 1
                """, as: String.self)
        guard others.isEmpty else { throw SchemaComparisonError.otherKind(others) }
    }

    /// Comparing makes the live tables again, which runs what their owners have defined.
    private func refuseStrangers(among live: Schema, _ tx: borrowing Transaction) async throws {
        // Of views and the like nothing is made.
        let made = Set(live.tables.map { SQLIdentifier($0.name) }).subtracting(options.leftAlone)
        let strangers = try await TableOwners.strangers(tx).filter { made.contains($0.name) }
        guard strangers.isEmpty else {
            throw SchemaComparisonError.strangers(strangers.map { ($0.name.text, $0.owner) })
        }
    }

    /// Nobody is to wait for us, and we for nobody long.
    private static func limitWaiting(_ tx: borrowing Transaction) async throws {
        try await tx.execute("SELECT pg_catalog.set_config('lock_timeout', '5s', true)")
    }

    /// Runs `body` in a transaction that is rolled back.
    private static func undoing<R>(
        _ db: Connection, _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        var result: R?
        do {
            try await db.transaction { tx in
                result = try await body(tx)
                throw Undo()
            }
        } catch is Undo {}
        guard let result else { throw CancellationError() }
        return result
    }

    private struct Undo: Error {}
}
