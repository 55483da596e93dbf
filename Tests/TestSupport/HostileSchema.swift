import Foundation
import LocalPostgres
import PGSchemaCatalog
package import PGWire

/// A schema that shadows what our own SQL uses: for each function, operator, type and catalog that is named there, one of the
/// same name and of the same or a more fitting form, which raises an error with the word TRAP when it is carried out.
///
/// It stands in the search path before `pg_catalog`, which is named last, or where it is searched by default: behind
/// `pg_catalog`, where only what fits better than the server's own is found.
package enum HostileSchema {
    package static let name = "evil"
    package static let mark = "TRAP sprung:"

    /// What is named in the SQL of our sources, and more: words before a parenthesis, and names of catalogs.
    package static func names() throws -> (calls: Set<String>, catalogs: Set<String>) {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        var calls: Set<String> = []
        var catalogs: Set<String> = []
        guard let files = FileManager.default.enumerator(atPath: sources.path) else { return ([], []) }
        for case let path as String in files where path.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            for match in text.matches(of: #/\b([a-z][a-z0-9_]*)\(/#) { calls.insert(String(match.1)) }
            for match in text.matches(of: #/\b(pg_[a-z_]+)\b/#) { catalogs.insert(String(match.1)) }
        }
        return (calls, catalogs)
    }

    /// Makes the traps in a database, and lets every session that comes find them before the server's own.
    ///
    /// - Returns: how many names of each kind are trapped.
    package static func install(_ db: Connection) async throws -> [String: Int] {
        let (calls, catalogs) = try names()
        try await db.execute(script: script)
        let counts = try await db.fetchAll(
            "SELECT kind, count(DISTINCT name)::int FROM evil.install(\(calls.sorted()), \(catalogs.sorted())) GROUP BY kind",
            as: (String, Int32).self)
        try await enter(db, catalogComesLast: true)
        return Dictionary(counts.map { ($0.0, Int($0.1)) }) { first, _ in first }
    }

    /// Lets every session that comes search there.
    package static func enter(_ db: Connection, catalogComesLast: Bool) async throws {
        let database = try await db.fetchOne("SELECT current_database()::text", as: String.self)
        let path: SQL = catalogComesLast ? "public, evil, pg_catalog" : "public, evil"
        try await db.execute("ALTER DATABASE \(identifier: database) SET search_path = \(path)")
    }

    private static let script = #"""
        CREATE SCHEMA evil;
        GRANT USAGE ON SCHEMA evil TO PUBLIC;
        CREATE FUNCTION evil.install(calls text[], catalogs text[]) RETURNS TABLE (kind text, name text)
        LANGUAGE plpgsql SET search_path = pg_catalog AS $install$
        DECLARE
            r record;
            arguments text;
            body text;
            pseudo CONSTANT oid[] := ARRAY(SELECT t.oid FROM pg_type t WHERE t.typtype = 'p' AND t.typname <> 'record');
        BEGIN
            -- The same signatures.
            FOR r IN
                SELECT p.proname, oidvectortypes(p.proargtypes) AS args, p.proretset,
                    CASE WHEN p.prorettype = ANY (pseudo) OR p.prorettype = 'record'::regtype THEN 'text'
                         ELSE format_type(p.prorettype, NULL) END AS result
                FROM pg_proc p
                WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY (calls)
                AND NOT p.proargtypes::oid[] && pseudo
            LOOP
                BEGIN
                    EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s %s LANGUAGE plpgsql AS %L', r.proname, r.args,
                        CASE WHEN r.proretset THEN 'SETOF' END, r.result,
                        format('BEGIN RAISE EXCEPTION ''TRAP sprung: function %s''; END', r.proname));
                    RETURN QUERY SELECT 'functions', r.proname::text;
                EXCEPTION WHEN duplicate_function THEN NULL;
                END;
            END LOOP;
            -- Signatures that fit better than those of functions that take anything, or text.
            FOR r IN
                SELECT DISTINCT p.proname, a.args FROM pg_proc p CROSS JOIN (
                    SELECT array_to_string(array_fill(t, ARRAY[n]), ', ') FROM generate_series(1, 4) n,
                        unnest(ARRAY['text', 'name', 'oid', 'regclass', 'int4', 'int8', 'text[]', 'name[]', '"char"',
                            'varchar', 'uuid', 'uuid[]', 'timestamptz']) t
                    UNION ALL VALUES ('text, name'), ('text, name, name'), ('text, text, name'), ('text, name, text'),
                        ('text, regclass'), ('text, regclass, name'), ('text, oid'), ('text, oid, text'), ('name, text'),
                        ('oid, name'), ('oid, text'), ('text, int4'), ('text, int8'), ('text, name, int4')
                ) AS a (args)
                WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY (calls)
            LOOP
                BEGIN
                    EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS text LANGUAGE plpgsql AS %L', r.proname, r.args,
                        format('BEGIN RAISE EXCEPTION ''TRAP sprung: function %s''; END', r.proname));
                    RETURN QUERY SELECT 'functions', r.proname::text;
                EXCEPTION WHEN duplicate_function THEN NULL;
                END;
            END LOOP;
            FOR r IN
                SELECT o.oid, o.oprname, format_type(o.oprleft, NULL) AS lhs, format_type(o.oprright, NULL) AS rhs,
                    format_type(o.oprresult, NULL) AS result
                FROM pg_operator o WHERE o.oprleft <> 0 AND NOT ARRAY[o.oprleft, o.oprright, o.oprresult] && pseudo
                UNION ALL
                SELECT 0, n, x, y, CASE n WHEN '||' THEN 'text' ELSE 'bool' END
                FROM unnest(ARRAY['=', '<>', '<', '>', '||', '~~', '!~~', '~', '!~']) n,
                    unnest(ARRAY['name', 'text', 'oid', 'regclass', 'varchar', '"char"', 'int2', 'int4', 'int8']) x,
                    unnest(ARRAY['name', 'text', 'oid', 'regclass', 'varchar', '"char"', 'int2', 'int4', 'int8']) y
            LOOP
                BEGIN
                    body := 'operator_' || md5(format('%s(%s,%s)', r.oprname, r.lhs, r.rhs));
                    EXECUTE format('CREATE FUNCTION evil.%I(%s, %s) RETURNS %s LANGUAGE plpgsql AS %L', body, r.lhs, r.rhs,
                        r.result, format('BEGIN RAISE EXCEPTION ''TRAP sprung: operator %s''; END',
                            replace(r.oprname, '%', '%%')));
                    EXECUTE format('CREATE OPERATOR evil.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = evil.%I)', r.oprname,
                        r.lhs, r.rhs, body);
                    RETURN QUERY SELECT 'operators', r.oprname::text;
                EXCEPTION WHEN duplicate_function THEN NULL;
                END;
            END LOOP;
            CREATE FUNCTION evil.sprung(what text) RETURNS bool LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'TRAP sprung: %', what; END $$;
            FOR r IN
                SELECT c.relname, (
                    SELECT string_agg(format(CASE WHEN a.atttypid = ANY (pseudo) THEN '%I::text AS %1$I' ELSE '%I' END,
                        a.attname), ', ' ORDER BY a.attnum)
                    FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns
                FROM pg_class c
                WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname = ANY (catalogs)
            LOOP
                EXECUTE format('CREATE VIEW evil.%I AS SELECT %s FROM pg_catalog.%I WHERE evil.sprung(%L)', r.relname,
                    r.columns, r.relname, 'catalog ' || r.relname);
                RETURN QUERY SELECT 'catalogs', r.relname::text;
            END LOOP;
            -- Not text, uuid and the like, which the revisions themselves name.
            FOR r IN
                SELECT unnest(ARRAY['regclass', 'regtype', 'regproc', 'regprocedure', 'regrole', 'regnamespace',
                    'regcollation', 'name', 'oid', 'xid8', 'int2', 'int4', 'int8']) AS typname
            LOOP
                EXECUTE format('CREATE DOMAIN evil.%I AS pg_catalog.%I CHECK (evil.sprung(%L))', r.typname, r.typname,
                    'type ' || r.typname);
                RETURN QUERY SELECT 'types', r.typname;
            END LOOP;
        END
        $install$;
        """#
}
