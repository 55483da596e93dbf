import PGSchemaCatalog
import PGSchemaSQL
import PGWire

/// Publications and event triggers, which belong to the database and are about objects of the schemas.
extension SchemaObjects {
    /// `table users in publication p`, for each table that a publication names.
    func publications(_ db: borrowing some Queryable & ~Copyable) async throws -> [String] {
        try await db.fetchAll(
            catalog: """
                \(with) SELECT format('table %I.%I in publication %I', h.nspname, c.relname, p.pubname)
                FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN relation c ON c.oid = r.prrelid
                JOIN home h ON h.oid = c.relnamespace ORDER BY 1
                """, as: String.self)
    }

    /// Creates the publications that are about nothing but the schemas' tables, and those that are about all tables. Where there
    /// is one of that name, the tables are added to it; so are those to a publication that is about others, too.
    func publicationParts(_ tx: borrowing Transaction) async throws -> [SchemaScript.Part] {
        let rows = try await tx.fetchAll(
            publicationStatements, as: (String, String, Bool, String?, [String], [String], String?).self)
        return rows.map { name, literal, isOfAllTables, create, tables, members, comment in
            let adding = zip(tables, members).map { table, member in
                """
                        IF NOT EXISTS (SELECT FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
                            WHERE p.pubname = \(literal) AND r.prrelid = \(table.asLiteral)::pg_catalog.regclass) THEN
                            EXECUTE \("ALTER PUBLICATION \(name) ADD \(member)".asLiteral);
                        END IF;
                """
            }
            let isThere =
                isOfAllTables
                ? "        IF NOT (SELECT puballtables FROM pg_catalog.pg_publication WHERE pubname = \(literal)) THEN\n"
                    + "            RAISE WARNING 'the publication % is not of all tables here', \(literal);\n        END IF;"
                : adding.isEmpty ? "        NULL;" : adding.joined(separator: "\n")
            let isMissing =
                if let create {
                    ([create] + (comment.map { [$0] } ?? [])).map { "        EXECUTE \($0.asLiteral);" }.joined(
                        separator: "\n")
                } else {
                    """
                            RAISE WARNING 'the publication % is not here, which is about more than what is restored', \(literal);
                    """
                }
            let text = """

                BEGIN
                    IF EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = \(literal)) THEN
                \(isThere)
                    ELSE
                \(isMissing)
                    END IF;
                EXCEPTION WHEN insufficient_privilege OR object_not_in_prerequisite_state THEN
                    RAISE WARNING 'publication %: %', \(literal), SQLERRM;
                END

                """
            return SchemaScript.Part(kind: "PUBLICATION", name: name, sql: "DO \(text.dollarQuoted);")
        }
    }

    /// Name, name as a literal, whether it is of all tables, CREATE PUBLICATION unless it is about others too, our tables, what
    /// to add for each of them, COMMENT.
    private var publicationStatements: SQL {
        """
        \(with), member (oid, isOurs, isTable, place, text) AS (
            SELECT r.prpubid, c.oid IS NOT NULL, true, r.prrelid::regclass::text, concat('TABLE ONLY ', r.prrelid::regclass,
                (SELECT format(' (%s)', string_agg(quote_ident(a.attname), ', ' ORDER BY x.place))
                 FROM unnest(r.prattrs::int2[]) WITH ORDINALITY AS x (attnum, place)
                 JOIN pg_attribute a ON a.attrelid = r.prrelid AND a.attnum = x.attnum HAVING count(*) > 0),
                ' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')')
            FROM pg_publication_rel r LEFT JOIN relation c ON c.oid = r.prrelid
            UNION ALL
            SELECT n.pnpubid, h.oid IS NOT NULL, false, s.nspname, format('TABLES IN SCHEMA %I', s.nspname)
            FROM pg_publication_namespace n JOIN pg_namespace s ON s.oid = n.pnnspid LEFT JOIN home h ON h.oid = s.oid
        )
        SELECT quote_ident(p.pubname), quote_literal(p.pubname), p.puballtables,
            CASE WHEN p.puballtables OR m.areOurs THEN concat('CREATE PUBLICATION ', quote_ident(p.pubname),
                CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE ' FOR ' || m.texts END,
                format(' WITH (publish = %L, publish_via_partition_root = %s', concat_ws(', ',
                    CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                    CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END), p.pubviaroot::text),
                CASE WHEN to_jsonb(p)->>'pubgencols' = 's' THEN ', publish_generated_columns = stored' END, ')') END,
            coalesce(m.tables, '{}'), coalesce(m.additions, '{}'),
            format('COMMENT ON PUBLICATION %I IS ', p.pubname) || quote_literal(obj_description(p.oid, 'pg_publication'))
        FROM pg_publication p LEFT JOIN LATERAL (
            SELECT bool_and(isOurs) AS areOurs, bool_or(isOurs) AS isAnyOurs, string_agg(text, ', ' ORDER BY isTable DESC, text) AS texts,
                array_agg(place ORDER BY place) FILTER (WHERE isOurs AND isTable) AS tables,
                array_agg(text ORDER BY place) FILTER (WHERE isOurs AND isTable) AS additions
            FROM member WHERE member.oid = p.oid) AS m ON true
        WHERE p.puballtables OR m.isAnyOurs ORDER BY 1
        """
    }

    /// Event triggers that call functions of the schemas. They come last, so that they do not run for what is restored.
    var eventTriggers: SQL {
        """
        \(with) SELECT 'EVENT TRIGGER', quote_ident(e.evtname), concat(
            format('CREATE EVENT TRIGGER %I ON %s', e.evtname, e.evtevent),
            (SELECT format(' WHEN TAG IN (%s)', string_agg(quote_literal(t), ', ' ORDER BY n)) FROM unnest(e.evttags) WITH ORDINALITY AS t (t, n)
             HAVING count(*) > 0),
            format(' EXECUTE FUNCTION %I.%I();', n.nspname, p.proname),
            CASE WHEN e.evtenabled <> 'O' THEN format(E'\\nALTER EVENT TRIGGER %I %s;', e.evtname,
                CASE e.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END) END,
            format(E'\\nCOMMENT ON EVENT TRIGGER %I IS ', e.evtname)
                || quote_literal(obj_description(e.oid, 'pg_event_trigger')) || ';')
        FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace
        JOIN ours o ON o.classid = 'pg_proc'::regclass AND o.objid = p.oid ORDER BY e.evtname
        """
    }
}
