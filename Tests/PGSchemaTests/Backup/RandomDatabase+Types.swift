/// Types, and what is made for them.
extension RandomDatabase {
    mutating func addType() {
        let type = name("y")
        switch pick(0...4) {
        case 0:
            add(.types, "CREATE TYPE \(type) AS ENUM ('sad', 'it''s', 'back\\slash', E'two\\nlines')")
            if isOne(of: 3) { add(.types, "ALTER TYPE \(type) ADD VALUE 'so so' BEFORE 'it''s'") }
            types.append(RandomType(sql: type, values: ["'sad'", "'it''s'", "E'two\\nlines'"]))
        case 1:
            let fields = (0..<pick(1...3)).compactMap { _ in pick(types).map { "\(name("f")) \($0.sql)" } }
            add(.types, "CREATE TYPE \(type) AS (\(fields.joined(separator: ", ")))")
            types.append(RandomType(sql: type, values: ["NULL"], isOrdered: false))
        case 2:
            let base = pick(types.filter { !$0.sql.hasSuffix("\"char\"") }) ?? types[0]
            let value = pick(base.values) ?? "NULL"
            add(
                .types,
                "CREATE DOMAIN \(type) AS \(base.sql)\(base.hasCollation ? maybe(" COLLATE \"C\"", 3) : "")"
                    + "\(maybe(" DEFAULT \(value)", 3))\(maybe(" NOT NULL", 6))")
            if isOne(of: 2) {
                add(
                    .types,
                    "ALTER DOMAIN \(type) ADD \(constraintName())CHECK (VALUE IS NULL OR VALUE::text <> 'never')"
                        + maybe(" NOT VALID", 3))
            }
            types.append(RandomType(sql: type, values: base.values, isOrdered: base.isOrdered))
            remember("DOMAIN \(type)")
            return
        case 3:
            let base = pick(types) ?? types[0]
            types.append(RandomType(sql: "\(base.sql)[]", values: ["'{}'", "NULL"], isOrdered: false))
            return
        default:
            let check = name("fn")
            add(
                .types,
                """
                CREATE FUNCTION \(check)(i integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT i IS NULL OR i > -100';
                CREATE DOMAIN \(type) AS integer CHECK (\(check)(VALUE))
                """)
            types.append(RandomType(sql: type, values: ["1", "2"]))
            remember("DOMAIN \(type)")
            return
        }
        remember("TYPE \(type)")
    }

    mutating func addRange() {
        let range = name("r")
        if isOne(of: 2) {
            let difference = name("fn")
            add(
                .ranges,
                """
                CREATE FUNCTION \(difference)(a time, b time) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT
                    AS 'SELECT EXTRACT(EPOCH FROM (a - b))';
                CREATE TYPE \(range) AS RANGE (subtype = time, subtype_diff = \(difference)
                    \(maybe(", multirange_type_name = \(name("mr"))")))
                """)
            types.append(RandomType(sql: range, values: ["'[01:00,02:00)'", "'empty'"], isRange: true))
        } else {
            add(.ranges, "CREATE TYPE \(range) AS RANGE (subtype = text\(maybe(", collation = \"C\"")))")
            types.append(RandomType(sql: range, values: ["'[a,b)'", #"'["\"x\"",)'"#], isRange: true))
        }
        remember("TYPE \(range)")
    }

    mutating func addCollation() {
        let collation = name("co")
        // Only Debian's server is built with ICU.
        let definition =
            major == 15
            ? any(
                "(locale = 'C')", "(provider = icu, locale = 'de-u-co-phonebk')",
                "(provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
            : any("(locale = 'C')", "FROM \"POSIX\"")
        let table = name("t")
        let isOdd = definition.contains("deterministic")
        add(.collations, "CREATE COLLATION \(collation) \(definition)")
        add(
            .collations,
            """
            CREATE TABLE \(table) (id integer PRIMARY KEY, t text COLLATE \(collation)\(maybe(" UNIQUE")));
            INSERT INTO \(table) VALUES (1, 'Ä'), (2, 'a'), (3, 'z')
            """)
        if !isOdd { add(.collations, "CREATE INDEX ON \(table) (lower(t) COLLATE \(collation))") }
        remember("COLLATION \(collation)")
        tables.append(
            Table(
                name: table, columns: [Column(name: "id", type: types[0])], key: "id", isPlain: false, takesRows: false)
        )
    }

    mutating func addCast() {
        let (type, cast) = (name("y"), name("fn"))
        let context = any("", " AS ASSIGNMENT", " AS IMPLICIT")
        switch pick(0...2) {
        case 0:
            add(.casts, "CREATE TYPE \(type) AS ENUM ('x', 'y'); CREATE CAST (text AS \(type)) WITH INOUT\(context)")
            remember("CAST (text AS \(type))")
        case 1:
            add(
                .casts,
                """
                CREATE TYPE \(type) AS (a integer);
                CREATE FUNCTION \(cast)(\(type)) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.a';
                CREATE CAST (\(type) AS integer) WITH FUNCTION \(cast)(\(type))\(context)
                """)
            remember("CAST (\(type) AS integer)")
        default:
            add(
                .casts,
                """
                CREATE TYPE \(type) AS RANGE (subtype = integer);
                CREATE CAST (\(type) AS int4range) WITH INOUT\(context);
                CREATE VIEW \(name("v")) AS SELECT '[1,2)'::\(type)::int4range AS r
                """)
        }
    }

    mutating func addTextSearch() {
        let (dictionary, configuration) = (name("td"), name("tc"))
        add(
            .textSearch,
            "CREATE TEXT SEARCH DICTIONARY \(dictionary) (TEMPLATE = simple, STOPWORDS = english, ACCEPT = false)")
        if isOne(of: 2) {
            add(.textSearch, "CREATE TEXT SEARCH CONFIGURATION \(configuration) (COPY = english)")
            add(
                .textSearch,
                "ALTER TEXT SEARCH CONFIGURATION \(configuration) ALTER MAPPING FOR asciiword, word WITH \(dictionary), english_stem"
            )
            if isOne(of: 2) {
                add(.textSearch, "ALTER TEXT SEARCH CONFIGURATION \(configuration) DROP MAPPING FOR email, url")
            }
        } else {
            let (parser, template) = (name("tp"), name("tt"))
            add(
                .textSearch,
                """
                CREATE TEXT SEARCH PARSER \(parser) (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
                    LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
                CREATE TEXT SEARCH TEMPLATE \(template) (INIT = dsimple_init, LEXIZE = dsimple_lexize);
                CREATE TEXT SEARCH CONFIGURATION \(configuration) (PARSER = \(parser));
                ALTER TEXT SEARCH CONFIGURATION \(configuration) ADD MAPPING FOR word WITH \(dictionary)
                """)
            remember("TEXT SEARCH PARSER \(parser)")
            remember("TEXT SEARCH TEMPLATE \(template)")
        }
        remember("TEXT SEARCH DICTIONARY \(dictionary)")
        remember("TEXT SEARCH CONFIGURATION \(configuration)")
        let table = name("t")
        add(
            .textSearch,
            """
            CREATE TABLE \(table) (id integer PRIMARY KEY, body text,
                words tsvector GENERATED ALWAYS AS (to_tsvector(\(configuration.constant)::regconfig, body)) STORED);
            CREATE INDEX ON \(table) USING gin (words);
            INSERT INTO \(table) VALUES (1, 'the quick fox'), (2, NULL)
            """)
    }
}
