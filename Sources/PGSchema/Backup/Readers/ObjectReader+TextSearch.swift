import PGWire

extension ObjectReader {
    static let textSearchParsers = ObjectReader(.textSearchParser) { selected in
        """
        SELECT p.oid::bigint, 'TEXT SEARCH PARSER', format('%I.%I', n.nspname, p.prsname),
            concat(format('CREATE TEXT SEARCH PARSER %I.%I (START = %s, GETTOKEN = %s, END = %s, LEXTYPES = %s',
                    n.nspname, p.prsname, p.prsstart, p.prstoken, p.prsend, p.prslextype),
                CASE WHEN p.prsheadline <> 0 THEN ', HEADLINE = ' || p.prsheadline END, ');')
        FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace WHERE p.oid = ANY(\(selected.ids))
        """
    }

    static let textSearchTemplates = ObjectReader(.textSearchTemplate) { selected in
        """
        SELECT t.oid::bigint, 'TEXT SEARCH TEMPLATE', format('%I.%I', n.nspname, t.tmplname),
            concat(format('CREATE TEXT SEARCH TEMPLATE %I.%I (LEXIZE = %s', n.nspname, t.tmplname, t.tmpllexize),
                CASE WHEN t.tmplinit <> 0 THEN ', INIT = ' || t.tmplinit END, ');')
        FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace WHERE t.oid = ANY(\(selected.ids))
        """
    }

    static let textSearchDictionaries = ObjectReader(.textSearchDictionary) { selected in
        """
        SELECT d.oid::bigint, 'TEXT SEARCH DICTIONARY', d.oid::regdictionary::text,
            concat(format('CREATE TEXT SEARCH DICTIONARY %s (TEMPLATE = %I.%I', d.oid::regdictionary, x.nspname, t.tmplname),
                ', ' || d.dictinitoption, ');')
        FROM pg_ts_dict d JOIN pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_namespace x ON x.oid = t.tmplnamespace
        WHERE d.oid = ANY(\(selected.ids))
        """
    }

    static let textSearchConfigurations = ObjectReader(.textSearchConfiguration) { selected in
        """
        SELECT c.oid::bigint, 'TEXT SEARCH CONFIGURATION', c.oid::regconfig::text,
            concat(format('CREATE TEXT SEARCH CONFIGURATION %s (PARSER = %I.%I);', c.oid::regconfig, n.nspname, p.prsname),
                (SELECT string_agg(format(E'\\nALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %I WITH %s;',
                    c.oid::regconfig, m.alias, m.dictionaries), '' ORDER BY m.alias)
                 FROM (SELECT k.alias, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS dictionaries
                       FROM pg_ts_config_map m JOIN ts_token_type(c.cfgparser) AS k ON k.tokid = m.maptokentype
                       WHERE m.mapcfg = c.oid GROUP BY k.alias) AS m))
        FROM pg_ts_config c JOIN pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_namespace n ON n.oid = p.prsnamespace
        WHERE c.oid = ANY(\(selected.ids))
        """
    }
}
