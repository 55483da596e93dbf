/// A type for columns, with values as SQL writes them.
struct RandomType: Sendable {
    let sql: String
    let values: [String]
    /// Whether there is a btree operator class, so that it can be in a key.
    var isOrdered = true
    var hasCollation = false
    var isRange = false
    /// A value that is computed from a column `?` of this type, and its type.
    var expression: (sql: String, type: String)?

    /// Those that the installed server of a major version has.
    static func builtIn(major: Int) -> [RandomType] {
        all + (major == 15 ? [RandomType(sql: "xml", values: ["'<a>é</a>'"], isOrdered: false)] : [])
    }

    private static let all = [
        RandomType(sql: "integer", values: ["0", "-7", "2147483647"], expression: ("? % 1000", "integer")),
        RandomType(sql: "bigint", values: ["0", "9223372036854775807"], expression: ("? / 2", "bigint")),
        RandomType(sql: "smallint", values: ["0", "-32768"]),
        RandomType(sql: "numeric(12,3)", values: ["0", "-1.5", "'NaN'"], expression: ("? * 2", "numeric")),
        RandomType(sql: "numeric", values: ["1e100", "'Infinity'", "0.00000000000000001"]),
        RandomType(sql: "real", values: ["0.1", "'-Infinity'"]),
        RandomType(sql: "double precision", values: ["0.1::float8 + 0.2", "'NaN'", "-0.0"]),
        RandomType(sql: "money", values: ["'12.34'"]),
        RandomType(sql: "boolean", values: ["true", "false"]),
        RandomType(
            sql: "text", values: texts, hasCollation: true,
            expression: ("lower(?)", "text")),
        RandomType(sql: "varchar(40)", values: texts, hasCollation: true, expression: ("length(?)", "integer")),
        RandomType(sql: "character(5)", values: ["'a'", "'é  '"], hasCollation: true),
        RandomType(sql: "name", values: ["'a name'"]),
        RandomType(sql: "\"char\"", values: ["'x'", "''"]),
        RandomType(sql: "bytea", values: [#"'\x00ff0a5c'"#, "''"], expression: ("md5(?)", "text")),
        RandomType(sql: "date", values: ["'2026-11-30'", "'infinity'", "'4713-01-01 BC'"]),
        RandomType(sql: "time", values: ["'24:00'", "'01:02:03.000004'"]),
        RandomType(sql: "timetz", values: ["'01:02:03+05:30'"]),
        RandomType(sql: "timestamp(3)", values: ["'2026-11-30 12:34:56.789'", "'-infinity'"]),
        RandomType(sql: "timestamptz", values: ["'2026-11-30 12:34:56+02'", "'0001-01-01 BC'"]),
        RandomType(sql: "interval", values: ["'-1 day +02:03:04'", "'1 year -3 days'"]),
        RandomType(sql: "uuid", values: ["'00000000-0000-4000-8000-00000000000a'", "gen_random_uuid()"]),
        RandomType(sql: "json", values: [#"'{"a": "\\n"}'"#, "'[1, 2 ,3]'"], isOrdered: false),
        RandomType(sql: "jsonb", values: [#"'{"b": null}'"#, "'\"text\"'"]),
        RandomType(sql: "inet", values: ["'192.168.0.1/24'", "'::1'"]),
        RandomType(sql: "cidr", values: ["'10.0.0.0/8'"]),
        RandomType(sql: "macaddr", values: ["'08:00:2b:01:02:03'"]),
        RandomType(sql: "bit(4)", values: ["B'1010'"]),
        RandomType(sql: "bit varying(9)", values: ["B'1'", "B''"]),
        RandomType(sql: "point", values: ["'(1,2)'", "'(0.1,-0)'"], isOrdered: false),
        RandomType(sql: "polygon", values: ["'((0,0),(1,0),(0,1))'"], isOrdered: false),
        RandomType(sql: "tsvector", values: ["'a:1 b:2C'"]),
        RandomType(sql: "tsquery", values: ["'a & !b'"]),
        RandomType(sql: "integer[]", values: ["'{1,NULL,3}'", "'[0:1]={5,6}'", "'{}'", "'{{1,2},{3,4}}'"]),
        RandomType(sql: "text[]", values: [#"'{"a,b",NULL,"","\"q\"","\\\\."}'"#], hasCollation: true),
        RandomType(sql: "int4range", values: ["'[1,5)'", "'empty'", "'(,)'"], isRange: true),
        RandomType(sql: "tstzrange", values: ["'[2026-01-01 00:00+00,)'"], isRange: true),
        RandomType(sql: "int8multirange", values: ["'{[1,3),[7,9)}'"]),
        RandomType(sql: "pg_lsn", values: ["'16/B374D848'"]),
        RandomType(sql: "regtype", values: ["'integer'", "'text[]'"]),
    ]

    private static let texts = [
        "''", #"'\.'"#, #"'\N'"#, "E'tab\\tline\\nreturn\\r'", "E'\\n\\\\.\\n'", "'--@ sql 5 x'", "'ünï 🙂'", "'it''s'",
        "'\\'",
    ]
}
