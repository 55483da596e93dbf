import PGWire

extension ObjectReader {
    /// Commutators and negators that are not there yet are made by the server, as places to fill later.
    static let operators = ObjectReader(.operator_) { selected in
        """
        SELECT o.oid::bigint, 'OPERATOR', o.oid::regoperator::text,
            concat(format('CREATE OPERATOR %I.%s (FUNCTION = %s', n.nspname, o.oprname, o.oprcode),
                CASE WHEN o.oprleft <> 0 THEN ', LEFTARG = ' || format_type(o.oprleft, NULL) END,
                CASE WHEN o.oprright <> 0 THEN ', RIGHTARG = ' || format_type(o.oprright, NULL) END,
                (SELECT format(', COMMUTATOR = OPERATOR(%I.%s)', x.nspname, c.oprname)
                 FROM pg_operator c JOIN pg_namespace x ON x.oid = c.oprnamespace WHERE c.oid = o.oprcom),
                (SELECT format(', NEGATOR = OPERATOR(%I.%s)', x.nspname, c.oprname)
                 FROM pg_operator c JOIN pg_namespace x ON x.oid = c.oprnamespace WHERE c.oid = o.oprnegate),
                CASE WHEN o.oprrest <> 0 THEN ', RESTRICT = ' || o.oprrest END,
                CASE WHEN o.oprjoin <> 0 THEN ', JOIN = ' || o.oprjoin END,
                CASE WHEN o.oprcanhash THEN ', HASHES' END, CASE WHEN o.oprcanmerge THEN ', MERGES' END, ');')
        FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid = ANY(\(selected.ids))
        """
    }

    /// Families of operators, without the members of their classes: those come with the class.
    static let operatorFamilies = ObjectReader(.operatorFamily) { selected in
        """
        SELECT f.oid::bigint, 'OPERATOR FAMILY', format('%I.%I', n.nspname, f.opfname),
            format('CREATE OPERATOR FAMILY %I.%I USING %I;', n.nspname, f.opfname, a.amname)
        FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am a ON a.oid = f.opfmethod
        WHERE f.oid = ANY(\(selected.ids))
        """
    }

    static let operatorClasses = ObjectReader(.operatorClass) { selected in
        """
        SELECT c.oid::bigint, 'OPERATOR CLASS', format('%I.%I', n.nspname, c.opcname),
            format(E'CREATE OPERATOR CLASS %I.%I %sFOR TYPE %s USING %I FAMILY %I.%I AS\\n    %s;', n.nspname, c.opcname,
                CASE WHEN c.opcdefault THEN 'DEFAULT ' END, format_type(c.opcintype, NULL), a.amname, m.nspname, f.opfname,
                concat_ws(E',\\n    ', CASE WHEN c.opckeytype <> 0 OR \(members(of: "pg_opclass", "c.oid")) IS NULL
                        THEN 'STORAGE ' || format_type(coalesce(nullif(c.opckeytype, 0), c.opcintype), NULL) END,
                    \(members(of: "pg_opclass", "c.oid"))))
        FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am a ON a.oid = c.opcmethod
        JOIN pg_opfamily f ON f.oid = c.opcfamily JOIN pg_namespace m ON m.oid = f.opfnamespace
        WHERE c.oid = ANY(\(selected.ids))
        """
    }

    /// What a family holds beside its classes. It is added when all of them are there.
    static func looseMembers(of ids: SQL) -> SQL {
        """
        SELECT 'OPERATOR FAMILY', name, sql FROM (
            SELECT format('%I.%I', n.nspname, f.opfname) AS name,
                format(E'ALTER OPERATOR FAMILY %I.%I USING %I ADD\\n    %s;', n.nspname, f.opfname, a.amname,
                    \(members(of: "pg_opfamily", "f.oid"))) AS sql, \(members(of: "pg_opfamily", "f.oid")) AS members
            FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am a ON a.oid = f.opfmethod
            WHERE f.oid = ANY(\(ids))
        ) AS x WHERE members IS NOT NULL ORDER BY name
        """
    }

    /// The operators and functions that depend on a class or a family, with commas between.
    private static func members(of table: String, _ oid: String) -> SQL {
        """
        (SELECT string_agg(item, E',\\n    ' ORDER BY item) FROM (
            SELECT concat(format('OPERATOR %s %s', o.amopstrategy, o.amopopr::regoperator),
                (SELECT format(' FOR ORDER BY %I.%I', x.nspname, s.opfname)
                 FROM pg_opfamily s JOIN pg_namespace x ON x.oid = s.opfnamespace WHERE s.oid = o.amopsortfamily)) AS item
            FROM pg_amop o JOIN pg_depend d ON d.classid = 'pg_amop'::regclass AND d.objid = o.oid
            WHERE d.refclassid = '\(raw: table)'::regclass AND d.refobjid = \(raw: oid)
            UNION ALL
            SELECT format('FUNCTION %s (%s, %s) %s', p.amprocnum, format_type(p.amproclefttype, NULL),
                format_type(p.amprocrighttype, NULL), p.amproc::regprocedure)
            FROM pg_amproc p JOIN pg_depend d ON d.classid = 'pg_amproc'::regclass AND d.objid = p.oid
            WHERE d.refclassid = '\(raw: table)'::regclass AND d.refobjid = \(raw: oid)
        ) AS member)
        """
    }
}
