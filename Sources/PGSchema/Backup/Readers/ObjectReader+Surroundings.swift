import PGWire

/// What is created when it is not there yet: schemas and extensions.
extension ObjectReader {
    static let schemas = ObjectReader(.schema) { selected in
        """
        SELECT n.oid::bigint, 'SCHEMA', quote_ident(n.nspname),
            format('DO %L;', format(E'BEGIN\\nIF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = %L) THEN\\n    %s;\\nEND IF;\\nEND',
                n.nspname, format('CREATE SCHEMA %I', n.nspname)))
        FROM pg_namespace n WHERE n.oid = ANY(\(selected.ids))
        """
    }

    /// Without a version, as pg_dump writes them. A schema that the extension makes itself is not named.
    static let extensions = ObjectReader(.extension_) { selected in
        """
        SELECT e.oid::bigint, 'EXTENSION', quote_ident(e.extname), concat(format('CREATE EXTENSION IF NOT EXISTS %I', e.extname),
            CASE WHEN NOT EXISTS (
                SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
            THEN format(' WITH SCHEMA %I', n.nspname) END, ';')
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.oid = ANY(\(selected.ids))
        """
    }
}
