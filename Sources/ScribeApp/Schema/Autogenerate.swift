#if ScribeApp
package import PGWire

/// Compares a database with a declared schema, and writes the revision that makes them equal.
///
/// ```swift
/// let draft = try await Autogenerate(.scribe).draft(db)
/// if !draft.isEmpty { print(draft.text) }
/// ```
/// The declared schema is built in a scratch schema inside a transaction, read back through the catalog as the live one is,
/// and rolled back; so every text is compared in the server's own form. When something differs, the statements are tried
/// there too, up and down, on a copy of the live schema without rows. Nothing stays, no table of the live schema is locked,
/// and all of it works through a transaction pooler. The role needs CREATE on the database.
package struct Autogenerate: Sendable {
    package let model: Schema
    package var options: Options

    /// What a user decides.
    package struct Options: Sendable {
        /// What has only got another name. Nothing is taken for a rename that is not here.
        package var renames: [Rename.Request] = []
        /// What goes although it might have got another name: `emails.old`, `users`.
        package var drops: Set<SQLIdentifier> = []
        /// Whether all that might have got another name goes.
        package var dropsAll = false
        /// Whether new indexes on tables that are there become a revision of their own, which runs outside a transaction
        /// and holds up nobody.
        package var buildsIndexesConcurrently = false
        /// Tables and enum types that are none of ours.
        package var ignored: Set<SQLIdentifier> = []

        package init() {}
    }

    package init(_ model: Schema, options: Options = Options()) {
        self.model = model
        self.options = options
    }

    /// The differences, nothing asked: what may be a rename is marked. For `migrate check`.
    ///
    /// - Parameter scratch: a connection to another database of the same major version, to build the scratch schema there.
    /// - Throws: ``AutogenerateError``, `PostgresError`
    package func changes(_ db: Connection, scratch: Connection? = nil) async throws -> [Change] {
        try await compare(db, scratch) { comparison, _, _ in comparison?.changes ?? [] }
    }

    /// The revision that makes the database as declared; an empty one when nothing differs.
    ///
    /// - Parameter scratch: a connection to another database of the same major version, to build the scratch schema there.
    /// - Throws: ``AutogenerateError``, of which ``AutogenerateError/ambiguous(_:)`` wants an answer; `PostgresError`
    package func draft(_ db: Connection, scratch: Connection? = nil) async throws -> Draft {
        try await compare(db, scratch) { comparison, scratch, tx in
            guard let comparison else { return .empty }
            guard comparison.candidates.isEmpty else { throw AutogenerateError.ambiguous(comparison.candidates) }
            return try await comparison.draft(options, &scratch, tx)
        }
    }

    /// Gives `body` what differs, nil when nothing does.
    private func compare<R>(
        _ db: Connection, _ other: Connection?,
        _ body: (Comparison?, inout Scratch, borrowing Transaction) async throws -> R
    ) async throws -> R {
        let problems = model.problems
        guard problems.isEmpty else { throw AutogenerateError.badDeclaration(problems) }
        var (live, place) = try await db.transaction(isolation: .repeatableRead, readOnly: true) { tx in
            try await Self.limitWaiting(tx)
            let place = try await Place.current(tx)
            let live = try await CatalogReader(schema: place.schema, others: place.others).read(tx)
            try await refuseOtherKinds(than: live, place, tx)
            try await refuseStrangers(among: live, tx)
            return (live, place)
        }
        live.tables.removeAll { options.ignored.contains(SQLIdentifier($0.name)) }
        live.enums.removeAll { options.ignored.contains(SQLIdentifier($0.name)) }
        live.setAsideForeignKeysThatLeadOut()
        return try await Self.undoing(other ?? db) { [live] tx in
            try await Self.limitWaiting(tx)
            if other != nil {
                let major = try await Place.current(tx).major
                guard major == place.major else {
                    throw AutogenerateError.otherVersion(live: place.major, scratch: major)
                }
            }
            var scratch = Scratch(others: place.othersForScratch)
            let comparison = try await Comparison(live, model, options, place.major, &scratch, tx)
            return try await body(comparison, &scratch, tx)
        }
    }

    /// What is declared and not there must not be there as something else, such as a view.
    private func refuseOtherKinds(than live: Schema, _ place: Place, _ tx: borrowing Transaction) async throws {
        let tables = model.tables.map(\.name).filter { live.table($0) == nil }
        let enums = model.enums.map(\.name).filter { live.enum($0) == nil }
        let ignored = (model.tables.map(\.name) + model.enums.map(\.name)).filter {
            options.ignored.contains(SQLIdentifier($0))
        }
        guard ignored.isEmpty else {
            throw AutogenerateError.badDeclaration(ignored.map { "\($0) is declared, so it cannot be ignored" })
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
        guard others.isEmpty else { throw AutogenerateError.otherKind(others) }
    }

    /// Comparing makes the live tables again, which runs what their owners have defined.
    private func refuseStrangers(among live: Schema, _ tx: borrowing Transaction) async throws {
        // Of views and the like nothing is made.
        let made = Set(live.tables.map { SQLIdentifier($0.name) }).subtracting(options.ignored)
        let strangers = try await TableOwners.strangers(tx).filter { made.contains($0.name) }
        guard strangers.isEmpty else { throw AutogenerateError.strangers(strangers.map { ($0.name.text, $0.owner) }) }
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

    /// Where the live schema is.
    private struct Place {
        let schema: String
        /// The other schemas of the search path, quoted and with commas between.
        let others: String
        /// The same for a scratch schema, which must see what the live one has beside tables and enums.
        let othersForScratch: String
        let major: Int

        static func current(_ tx: borrowing Transaction) async throws -> Place {
            let (schema, others, hasMore, version) = try await tx.fetchOne(
                catalog: """
                    SELECT current_schema()::text,
                           coalesce((SELECT string_agg(quote_ident(s), ', ' ORDER BY place)
                                     FROM unnest(current_schemas(false)) WITH ORDINALITY AS p (s, place)
                                     WHERE s <> current_schema()), ''),
                           EXISTS (SELECT FROM pg_proc WHERE pronamespace = n.oid)
                           OR EXISTS (SELECT FROM pg_type WHERE typnamespace = n.oid AND typtype IN ('d', 'r', 'm', 'b')
                                      AND typelem = 0)
                           OR EXISTS (SELECT FROM pg_collation WHERE collnamespace = n.oid)
                           OR EXISTS (SELECT FROM pg_class c WHERE relnamespace = n.oid AND (relkind = 'c' OR relkind = 'S'
                               AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
                                               AND objid = c.oid AND deptype IN ('a', 'i')))),
                           current_setting('server_version_num')::integer
                    FROM (SELECT 1) AS one LEFT JOIN pg_namespace n ON n.nspname = current_schema()
                    """, as: (String?, String, Bool, Int32).self)
            guard let schema else { throw AutogenerateError.noSchema }
            let more = hasMore ? [others, schema.quoted].filter { !$0.isEmpty }.joined(separator: ", ") : others
            return Place(schema: schema, others: others, othersForScratch: more, major: Int(version / 10000))
        }
    }
}
#endif
