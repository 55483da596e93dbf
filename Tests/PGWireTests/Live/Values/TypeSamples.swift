/// Values of every base type, each as a literal, or as an expression of the type after "=".
///
/// Those of arrays, composites, domains and enums are made of them (``TypeCatalog``).
enum TypeSamples {
    static let all: [String: [String]] = builtIn.merging(pseudo) { first, _ in first }
        .merging(extensions) { first, _ in first }

    private static let builtIn: [String: [String]] = [
        "bool": ["t", "f", "yes"], "bytea": ["", #"\x00ff"#, "a'b"], "char": ["a", "", "\""],
        "name": ["", "ü b", "pg_class"], "int8": ["0", "-9223372036854775808", "9223372036854775807"],
        "int2": ["0", "-32768", "32767"], "int2vector": ["", "1 2 3", "-5"], "int4": ["0", "-2147483648", "42"],
        "regproc": ["now", "pg_sleep", "-"], "text": ["", "ü\n'\"\\{}", "NULL"], "oid": ["0", "1", "4294967295"],
        "tid": ["(0,1)", "(4294967295,65535)", "(7,0)"], "xid": ["0", "1", "4294967295"],
        "cid": ["0", "1", "4294967295"],
        "oidvector": ["", "1 2 3", "4294967295"], "json": ["{}", #" [1, "a b", null] "#, "1e-7"],
        "xml": ["<a/>", "text", "<a>ü &amp; b</a>"], "point": ["(0,-0)", "(1.5,-2e-9)", "(Infinity,NaN)"],
        "lseg": ["[(0,0),(1,1)]", "[(1.5,2),(3,-4)]", "[(1e300,0),(0,1e-300)]"],
        "path": ["((0,0),(1,1),(2,0))", "[(0,0),(1,1)]", "((1,2))"],
        "box": ["(1,1),(0,0)", "(0,5),(3,-1)", "(1.5,2),(1.5,2)"],
        "polygon": ["((0,0),(1,0),(1,1))", "((1,2))", "((0.1,0.2),(3,4),(5,6),(7,8))"],
        "line": ["{1,-1,0}", "{0,1,5}", "{1.5,2,-3}"], "circle": ["<(0,0),1>", "<(1.5,-2),0>", "<(1e10,1),2.5>"],
        "cidr": ["10.0.0.0/8", "::/0", "2001:db8::/32"], "inet": ["10.0.0.1/8", "10.0.0.1", "2001:db8::1/64"],
        "float4": ["0", "-0", "1e-45"], "float8": ["0.1", "NaN", "-1.7976931348623157e+308"],
        "macaddr8": ["08:00:2b:01:02:03:04:05", "00:00:00:00:00:00:00:00", "ffffffffffffffff"],
        "macaddr": ["08:00:2b:01:02:03", "00:00:00:00:00:00", "ffffffffffff"],
        "money": ["0", "-1234.5", "92233720368547758.07"],
        "aclitem": [
            "=makeaclitem(10, 10, 'SELECT', true)", "=makeaclitem(0, 10, 'INSERT', false)",
            "=makeaclitem(10, 10, 'USAGE', false)",
        ],
        "bpchar": ["a  ", "", "ü"], "varchar": ["a", "", "ü, b"], "date": ["2024-02-29", "0044-03-15 BC", "infinity"],
        "time": ["00:00", "24:00", "12:34:56.789012"],
        "timestamp": ["2024-02-29 12:00:00.5", "0044-03-15 01:02:03 BC", "-infinity"],
        "timestamptz": ["2024-02-29 12:00:00.5+00", "0044-03-15 01:02:03+00 BC", "infinity"],
        "interval": ["1 year -2 mons 3 days -04:05:06.789", "0", "-178000000 years"],
        "timetz": ["12:00+05", "00:00:00.5-03:30", "24:00+00"], "bit": ["1", "01101", "000000001"],
        "varbit": ["", "1", "010101010101010101"], "numeric": ["0", "-12345678901234567890.12345", "NaN"],
        "refcursor": ["c", "", "a b"], "regprocedure": ["now()", "abs(integer)", "-"], "regoper": ["||/", "|/", "0"],
        "regoperator": ["+(integer,integer)", "-(integer,integer)", "0"], "regclass": ["pg_class", "pg_type", "-"],
        "regtype": ["integer", #""char""#, "-"],
        "uuid": [
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000",
            "ffffffffffffffffffffffffffffffff",
        ],
        "txid_snapshot": ["10:20:10,14,15", "1:1:", "5:9:7"], "pg_lsn": ["0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF"],
        "tsvector": ["", "a:1A fat:2 'c d':3B,4", "'it''s'"], "tsquery": ["", "fat & (rat | !cat:*A)", "a <-> b"],
        "regconfig": ["english", "simple", "german"], "regdictionary": ["simple", "english_stem", "german_stem"],
        "jsonb": ["{}", #"[1, "a b", null, 1.50]"#, #"{"b": {"a": "ü"}}"#],
        "jsonpath": ["$.a", "strict $[*]", "$ ? (@ > 1)"], "regnamespace": ["pg_catalog", "public", "-"],
        "regrole": ["=10::regrole", "-", "pg_monitor"], "regcollation": [#""C""#, #""POSIX""#, #""default""#],
        "pg_snapshot": ["10:20:10,14,15", "1:1:", "5:9:7"], "xid8": ["0", "7", "18446744073709551615"],
        "pg_node_tree": (0...2).map { "=(SELECT ev_action FROM pg_rewrite ORDER BY oid LIMIT 1 OFFSET \($0))" },
        "pg_ndistinct": statistics("stxdndistinct"), "pg_dependencies": statistics("stxddependencies"),
        "pg_mcv_list": statistics("stxdmcv"), "int4range": ["[1,5)", "empty", "(,)"],
        "int8range": ["[1,5)", "empty", "[-7,)"], "numrange": ["[1.50,2.25]", "empty", "(,3)"],
        "daterange": ["[2024-01-01,2024-02-01)", "empty", "(,infinity)"],
        "tsrange": [#"["2024-01-01 10:00",2024-01-02)"#, "empty", "(,)"],
        "tstzrange": [#"["2024-01-01 10:00+00",2024-01-02 00:00+00)"#, "empty", "(,)"],
        "int4multirange": ["{}", "{[1,3),[5,7)}", "{(,)}"], "int8multirange": ["{}", "{[1,3),[5,7)}", "{(,)}"],
        "nummultirange": ["{}", "{[1.5,3),[5,7)}", "{(,)}"],
        "datemultirange": ["{}", "{[2024-01-01,2024-02-01)}", "{(,)}"],
        "tsmultirange": ["{}", "{[2024-01-01 10:00,2024-02-01)}", "{(,)}"],
        "tstzmultirange": ["{}", "{[2024-01-01 10:00+00,2024-02-01 00:00+00)}", "{(,)}"],
        "cardinal_number": ["0", "1", "2147483647"], "character_data": ["", "a", "ü b"],
        "sql_identifier": ["", "a", "ü b"],
        "time_stamp": ["2024-01-01 00:00+00", "infinity", "0001-01-01 00:00+00"], "yes_or_no": ["YES", "NO", "YES"],
    ]

    private static func statistics(_ column: String) -> [String] {
        (0...2).map {
            """
            =(SELECT \(column) FROM pg_statistic_ext_data d JOIN pg_statistic_ext s ON s.oid = d.stxoid
            ORDER BY s.stxname LIMIT 1 OFFSET \($0))
            """
        }
    }

    private static let pseudo: [String: [String]] = [
        "record": ["=ROW(1, 'a b', NULL)", "=ROW('')", "=ROW(ROW(1, '\"'), ARRAY[1, 2])"],
        "_record": ["=ARRAY[ROW(1, 'x'), ROW(2, NULL)]", "=ARRAY[ROW('a b')]", "=ARRAY[ROW()]"],
        "cstring": ["a", "", "ü"], "unknown": ["a", "", "ü"],
        "anyarray": (0...2).map {
            """
            =(SELECT most_common_vals FROM pg_stats WHERE tablename = 'correlated' AND most_common_vals IS NOT NULL
            ORDER BY attname LIMIT 1 OFFSET \($0))
            """
        },
    ]

    private static let extensions: [String: [String]] = [
        "hstore": ["", "a=>1, b=>NULL", #""x y"=>"\"q\"""#], "ltree": ["", "a.b", "Top.Science"],
        "lquery": ["*.a*", "a|b.!c", "a{1,2}"], "ltxtquery": ["a & b", "a | !b", "x"], "citext": ["", "aB", "ü b"],
        "cube": ["(1,2,3)", "(0),(1)", "(1,2),(3,4)"], "ean13": ["9780306406157", "9783161484100", "9780393040029"],
        "isbn13": ["9780306406157", "9783161484100", "9780393040029"],
        "isbn": ["9780306406157", "9783161484100", "9780393040029"], "issn": ["1436-4522", "0317-8471", "0378-5955"],
        "issn13": ["=issn13(issn('1436-4522'))", "=issn13(issn('0317-8471'))", "=issn13(issn('0378-5955'))"],
        "ismn": ["9790060115615", "9790260000438", "9790345246805"],
        "ismn13": ["9790060115615", "9790260000438", "9790345246805"],
        "upc": ["220356483481", "036000291452", "042100005264"],
        "seg": ["1.5 .. 2", ">5", "3.0(+-)0.1"], "query_int": ["1&2", "!3", "1|(2&4)"], "lo": ["0", "1", "4294967295"],
        "vector": ["[1,2,3]", "[0.1]", "[-1,1e10]"], "halfvec": ["[1,2,3]", "[0.5]", "[-1,100]"],
        "sparsevec": ["{1:1.5,3:2}/5", "{}/3", "{2:-1}/2"],
        "geometry": ["POINT(1 2)", "SRID=4326;LINESTRING(0 0,1 1)", "POLYGON((0 0,1 0,1 1,0 0))"],
        "geography": ["POINT(1 2)", "LINESTRING(0 0,1 1)", "POLYGON((0 0,1 0,1 1,0 0))"],
        "box2d": ["BOX(1 2,3 4)", "BOX(0 0,0 0)", "BOX(-1 -1,1 1)"],
        "box3d": ["BOX3D(1 2 3,4 5 6)", "BOX3D(0 0 0,0 0 0)", "BOX3D(-1 -1 -1,1 1 1)"],
        "spheroid": [
            #"SPHEROID("WGS 84",6378137,298.257)"#, #"SPHEROID("GRS 1980",6378137,298.257222101)"#,
            #"SPHEROID("x",1,2)"#,
        ],
        "textrange": ["[a,b)", "empty", #"["x y",)"#], "textmultirange": ["{}", "{[a,b)}", #"{["x y",)}"#],
        "even": ["0", "2", "-4"],
    ]

    /// Types of which no value can be selected, and why.
    static let exceptions: [String: String] = {
        var reasons: [String: String] = [:]
        func except(_ types: String, _ reason: String) {
            for type in types.split(separator: " ") { reasons[String(type)] = reason }
        }
        except(
            """
            pg_ddl_command table_am_handler index_am_handler any trigger language_handler internal anyelement anynonarray \
            fdw_handler tsm_handler anyenum anyrange event_trigger anymultirange anycompatible anycompatiblearray \
            anycompatiblenonarray anycompatiblerange anycompatiblemultirange
            """, "a pseudo-type of functions' signatures: no column has it")
        except("void", "a pseudo-type with one value, which is selected in a test of its own")
        except(
            "gtsvector ghstore ltree_gist intbig_gkey gtrgm box2df gidx pg_brin_bloom_summary pg_brin_minmax_multi_summary",
            "it exists inside of indexes only: no function makes a value of it")
        return reasons
    }()
}
