import PGWire

extension ObjectReader {
    static let functions = ObjectReader(.function) { selected in
        """
        SELECT p.oid::bigint, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
            p.oid::regprocedure::text, pg_get_functiondef(p.oid) || ';'
        FROM pg_proc p WHERE p.oid = ANY(\(selected.ids))
        """
    }

    static let aggregates = ObjectReader(.aggregate) { selected in
        """
        SELECT p.oid::bigint, 'AGGREGATE', p.oid::regprocedure::text,
            concat(format('CREATE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s', n.nspname, p.proname,
                    CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END, a.aggtransfn,
                    format_type(a.aggtranstype, NULL)),
                CASE WHEN a.aggtransspace <> 0 THEN ', SSPACE = ' || a.aggtransspace END,
                ', INITCOND = ' || quote_literal(a.agginitval),
                CASE WHEN a.aggfinalfn <> 0 THEN ', FINALFUNC = ' || a.aggfinalfn END,
                CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' END,
                CASE WHEN a.aggfinalfn <> 0 THEN \(modify("FINALFUNC_MODIFY", "a.aggfinalmodify")) END,
                CASE WHEN a.aggcombinefn <> 0 THEN ', COMBINEFUNC = ' || a.aggcombinefn END,
                CASE WHEN a.aggserialfn <> 0 THEN ', SERIALFUNC = ' || a.aggserialfn END,
                CASE WHEN a.aggdeserialfn <> 0 THEN ', DESERIALFUNC = ' || a.aggdeserialfn END,
                CASE WHEN a.aggmtransfn <> 0 THEN concat(', MSFUNC = ', a.aggmtransfn, ', MINVFUNC = ', a.aggminvtransfn,
                    ', MSTYPE = ', format_type(a.aggmtranstype, NULL),
                    CASE WHEN a.aggmtransspace <> 0 THEN ', MSSPACE = ' || a.aggmtransspace END,
                    ', MINITCOND = ' || quote_literal(a.aggminitval),
                    CASE WHEN a.aggmfinalfn <> 0 THEN ', MFINALFUNC = ' || a.aggmfinalfn END,
                    CASE WHEN a.aggmfinalextra THEN ', MFINALFUNC_EXTRA' END,
                    CASE WHEN a.aggmfinalfn <> 0 THEN \(modify("MFINALFUNC_MODIFY", "a.aggmfinalmodify")) END) END,
                (SELECT format(', SORTOP = OPERATOR(%I.%s)', x.nspname, o.oprname)
                 FROM pg_operator o JOIN pg_namespace x ON x.oid = o.oprnamespace WHERE o.oid = a.aggsortop),
                CASE WHEN a.aggkind = 'h' THEN ', HYPOTHETICAL' END,
                CASE p.proparallel WHEN 's' THEN ', PARALLEL = safe' WHEN 'r' THEN ', PARALLEL = restricted' END, ');')
        FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.oid = ANY(\(selected.ids))
        """
    }

    private static func modify(_ word: String, _ column: String) -> SQL {
        """
        ', \(raw: word) = ' || CASE \(raw: column) WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END
        """
    }

    static let casts = ObjectReader(.cast) { selected in
        """
        SELECT k.oid::bigint, 'CAST', format('(%s AS %s)', format_type(k.castsource, NULL), format_type(k.casttarget, NULL)),
            concat(format('CREATE CAST (%s AS %s) ', format_type(k.castsource, NULL), format_type(k.casttarget, NULL)),
                CASE k.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || k.castfunc::regprocedure
                    WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
                CASE k.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' END, ';')
        FROM pg_cast k WHERE k.oid = ANY(\(selected.ids))
        """
    }
}
