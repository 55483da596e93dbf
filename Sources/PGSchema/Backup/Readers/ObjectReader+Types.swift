import PGWire

extension ObjectReader {
    static let collations = ObjectReader(.collation) { selected in
        """
        SELECT c.oid::bigint, 'COLLATION', c.oid::regcollation::text,
            concat(format('CREATE COLLATION %s (provider = %s', c.oid::regcollation,
                CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' ELSE 'libc' END),
                CASE WHEN NOT c.collisdeterministic THEN ', deterministic = false' END,
                ', locale = ' || quote_literal(coalesce(j.row->>'colllocale', j.row->>'colliculocale',
                    CASE WHEN c.collcollate = c.collctype THEN c.collcollate END)),
                CASE WHEN c.collcollate <> c.collctype THEN
                    format(', lc_collate = %L, lc_ctype = %L', c.collcollate, c.collctype) END,
                ', rules = ' || quote_literal(j.row->>'collicurules'), ');')
        -- What only some versions have is read by name.
        FROM pg_collation c CROSS JOIN LATERAL to_jsonb(c) AS j (row) WHERE c.oid = ANY(\(selected.ids))
        """
    }

    static let conversions = ObjectReader(.conversion) { selected in
        """
        SELECT c.oid::bigint, 'CONVERSION', format('%I.%I', n.nspname, c.conname),
            format('CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s;', CASE WHEN c.condefault THEN 'DEFAULT ' END,
                n.nspname, c.conname, pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), c.conproc)
        FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.oid = ANY(\(selected.ids))
        """
    }

    /// A type's name, for functions that the type itself needs.
    static let shellTypes = ObjectReader(.shellType) { selected in
        """
        SELECT t.oid::bigint, 'SHELL TYPE', t.oid::regtype::text, format('CREATE TYPE %I.%I;', n.nspname, t.typname)
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = ANY(\(selected.ids))
        """
    }

    /// Enums, composite types and domains.
    static let types = ObjectReader(.type) { selected in
        """
        SELECT t.oid::bigint, 'TYPE', format('%I.%I', n.nspname, t.typname),
            CASE t.typtype
            WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s);', n.nspname, t.typname,
                (SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder)
                 FROM pg_enum l WHERE l.enumtypid = t.oid))
            WHEN 'c' THEN format('CREATE TYPE %I.%I AS (%s);', n.nspname, t.typname,
                (SELECT string_agg(concat(quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod),
                        CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation END),
                    ', ' ORDER BY a.attnum)
                 FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                 WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
            ELSE concat(
                format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod)),
                CASE WHEN t.typcollation <> b.typcollation THEN ' COLLATE ' || t.typcollation::regcollation END,
                ' DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault),
                CASE WHEN t.typnotnull THEN concat(
                    (SELECT format(' CONSTRAINT %I', k.conname) FROM pg_constraint k
                     WHERE k.contypid = t.oid AND k.contype = 'n'), ' NOT NULL') END,
                (SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), ''
                    ORDER BY k.conname)
                 FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated
                 AND NOT k.oid = ANY(\(selected.constraints))), ';')
            END
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_type b ON b.oid = t.typbasetype
        WHERE t.oid = ANY(\(selected.ids)) AND t.typtype IN ('e', 'c', 'd')
        """
    }

    static let domainConstraints = ObjectReader(.domainConstraint) { selected in
        """
        SELECT k.oid::bigint, 'CONSTRAINT', format('%I on %s', k.conname, k.contypid::regtype),
            format('ALTER DOMAIN %s ADD CONSTRAINT %I %s;', k.contypid::regtype, k.conname, pg_get_constraintdef(k.oid))
        FROM pg_constraint k WHERE k.oid = ANY(\(selected.ids))
        """
    }

    static let ranges = ObjectReader(.type) { selected in
        """
        SELECT t.oid::bigint, 'TYPE', t.oid::regtype::text,
            concat(format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s, MULTIRANGE_TYPE_NAME = %s', n.nspname, t.typname,
                    format_type(r.rngsubtype, NULL), r.rngmultitypid::regtype),
                (SELECT format(', SUBTYPE_OPCLASS = %I.%I', x.nspname, o.opcname)
                 FROM pg_opclass o JOIN pg_namespace x ON x.oid = o.opcnamespace
                 WHERE o.oid = r.rngsubopc AND NOT o.opcdefault),
                (SELECT ', COLLATION = ' || r.rngcollation::regcollation FROM pg_type s
                 WHERE s.oid = r.rngsubtype AND s.typcollation <> r.rngcollation),
                CASE WHEN r.rngcanonical <> 0 THEN ', CANONICAL = ' || r.rngcanonical END,
                CASE WHEN r.rngsubdiff <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff END, ');')
        FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.oid = ANY(\(selected.ids))
        """
    }

    /// Types whose functions are in another language than SQL, for which one must be a superuser.
    static let baseTypes = ObjectReader(.type) { selected in
        """
        SELECT t.oid::bigint, 'TYPE', t.oid::regtype::text,
            concat(format('CREATE TYPE %I.%I (INPUT = %s, OUTPUT = %s', n.nspname, t.typname, t.typinput, t.typoutput),
                CASE WHEN t.typreceive <> 0 THEN ', RECEIVE = ' || t.typreceive END,
                CASE WHEN t.typsend <> 0 THEN ', SEND = ' || t.typsend END,
                CASE WHEN t.typmodin <> 0 THEN ', TYPMOD_IN = ' || t.typmodin END,
                CASE WHEN t.typmodout <> 0 THEN ', TYPMOD_OUT = ' || t.typmodout END,
                CASE WHEN t.typanalyze <> 0 THEN ', ANALYZE = ' || t.typanalyze END,
                CASE WHEN t.typsubscript <> 0 THEN ', SUBSCRIPT = ' || t.typsubscript END,
                ', INTERNALLENGTH = ', CASE t.typlen WHEN -1 THEN 'VARIABLE' ELSE t.typlen::text END,
                CASE WHEN t.typbyval THEN ', PASSEDBYVALUE' END,
                ', ALIGNMENT = ', CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END,
                ', STORAGE = ', CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main'
                    ELSE 'extended' END,
                format(', CATEGORY = %L', t.typcategory), CASE WHEN t.typispreferred THEN ', PREFERRED = true' END,
                ', DEFAULT = ' || quote_literal(t.typdefault),
                CASE WHEN t.typelem <> 0 THEN ', ELEMENT = ' || format_type(t.typelem, NULL) END,
                CASE WHEN t.typdelim <> ',' THEN format(', DELIMITER = %L', t.typdelim) END,
                CASE WHEN t.typcollation <> 0 THEN ', COLLATABLE = true' END, ');')
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = ANY(\(selected.ids)) AND t.typtype = 'b'
        """
    }
}
