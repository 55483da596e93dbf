/// Functions, procedures, aggregates and operators.
extension RandomDatabase {
    mutating func addFunction() {
        let function = name("fn")
        // One that is there already, called by the new one.
        let other = isOne(of: 2) ? pick(functions) : nil
        let call = { (argument: String) in other.map { "\($0)(\(argument))" } ?? "(\(argument)) * 2" }
        let kind: Kind = other == nil ? .functions : .calls
        switch pick(0...9) {
        case 0:
            add(
                kind,
                "CREATE FUNCTION \(function)(i integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN \(call("i"))")
        case 1:
            add(
                kind,
                """
                CREATE FUNCTION \(function)(i integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 7
                    BEGIN ATOMIC SELECT \(call("i")); END
                """)
        case 2:
            // What it calls is text: nothing says what must be there before it.
            add(
                kind,
                """
                CREATE FUNCTION \(function)(i integer) RETURNS integer LANGUAGE sql IMMUTABLE
                    AS $$ SELECT \(call("i")) $$
                """)
        case 3:
            add(
                kind,
                """
                CREATE FUNCTION \(function)(i integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
                    SET search_path = public, pg_temp SET work_mem = '1MB' AS $f$
                DECLARE x text := $q$ \\! it's $q$;
                BEGIN RETURN \(call("i")); END $f$
                """)
        case 4:
            let table = pick(tables)?.name ?? "pg_class"
            add(
                .functions,
                "CREATE FUNCTION \(function)(VARIADIC a integer[] DEFAULT '{}') RETURNS SETOF \(table) LANGUAGE sql "
                    + "STABLE ROWS 5 AS $$ SELECT * FROM \(table) $$")
            return remember("FUNCTION \(function)(integer[])")
        case 5:
            let type = pick(types)?.sql ?? "text"
            add(
                .functions,
                "CREATE FUNCTION \(function)(IN a \(type), OUT b text, INOUT c integer DEFAULT 3) LANGUAGE sql "
                    + "LEAKPROOF AS 'SELECT ''x''::text, $2'")
            return remember("FUNCTION \(function)(\(type), integer)")
        case 6:
            add(
                .functions,
                """
                CREATE FUNCTION \(function)(a integer, b text DEFAULT 'it''s') RETURNS TABLE (x integer, "Y y" text)
                    LANGUAGE sql AS $$ SELECT a, b $$
                """)
            return remember("FUNCTION \(function)(integer, text)")
        case 7:
            add(
                .functions,
                """
                CREATE PROCEDURE \(function)(INOUT x integer, y text DEFAULT 'q') LANGUAGE plpgsql
                    AS 'BEGIN x := x + 1; END'
                """)
            return remember("PROCEDURE \(function)(integer, text)")
        case 8:
            guard let table = pick(tables.filter { $0.key != nil }) else { return }
            add(
                .functions,
                """
                CREATE FUNCTION \(function)(i integer) RETURNS bigint LANGUAGE sql STABLE
                    BEGIN ATOMIC SELECT count(*) FROM \(table.name) AS x WHERE x.\(table.key ?? "id") > i; END
                """)
            return remember("FUNCTION \(function)(integer)")
        default:
            add(
                .functions,
                """
                CREATE FUNCTION \(function)(i integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT i';
                CREATE FUNCTION \(function)(i text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT i'
                """)
        }
        functions.append(function)
        if kind == .functions { plainFunctions.append(function) }
        remember("FUNCTION \(function)(integer)")
    }

    mutating func addAggregate() {
        let (step, aggregate) = (name("fn"), name("ag"))
        add(
            .aggregates,
            "CREATE FUNCTION \(step)(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT coalesce($1, 0) + $2'"
        )
        switch pick(0...3) {
        case 0:
            add(
                .aggregates,
                """
                CREATE AGGREGATE \(aggregate)(integer) (SFUNC = \(step), STYPE = integer, INITCOND = '0',
                    COMBINEFUNC = \(step), PARALLEL = SAFE)
                """)
        case 1:
            let final = name("fn")
            add(
                .aggregates,
                """
                CREATE FUNCTION \(final)(integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
                CREATE AGGREGATE \(aggregate)(integer) (SFUNC = \(step), STYPE = integer, FINALFUNC = \(final),
                    FINALFUNC_MODIFY = READ_WRITE, MSFUNC = \(step), MINVFUNC = \(step), MSTYPE = integer,
                    MFINALFUNC = \(final))
                """)
        case 2:
            add(
                .aggregates,
                "CREATE AGGREGATE \(aggregate)(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = operator(pg_catalog.>))"
            )
        default:
            add(
                .aggregates,
                """
                CREATE AGGREGATE \(aggregate)(float8 ORDER BY integer) (SFUNC = ordered_set_transition, STYPE = internal,
                    FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA)
                """)
            remember("AGGREGATE \(aggregate)(float8 ORDER BY integer)")
            return
        }
        remember("AGGREGATE \(aggregate)(integer)")
        guard let table = pick(tables), let key = table.key else { return }
        let view = name("v")
        add(.aggregates, "CREATE VIEW \(view) AS SELECT \(aggregate)(x.\(key)) AS total FROM \(table.name) AS x")
    }

    /// Operators on integers, with a class that sorts the other way round, and an index of it.
    mutating func addOperators() {
        let functions = ["<", "<=", "=", ">=", ">"].map { ($0, name("fn")) }
        let symbols = ["#<", "#<=", "#=", "#>=", "#>"]
        let (comparison, operators, table) = (name("fn"), name("oc"), name("t"))
        for (symbol, function) in functions {
            let turned =
                symbol == "="
                ? symbol
                : symbol.replacing("<", with: "\0").replacing(">", with: "<")
                    .replacing("\0", with: ">")
            add(
                .operators,
                "CREATE FUNCTION \(function)(a integer, b integer) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT RETURN a \(turned) b"
            )
        }
        for (symbol, function) in zip(symbols, functions.map(\.1)) {
            let commutator = symbols[4 - (symbols.firstIndex(of: symbol) ?? 0)]
            add(
                .operators,
                """
                CREATE OPERATOR \(symbol) (FUNCTION = \(function), LEFTARG = integer, RIGHTARG = integer,
                    COMMUTATOR = \(commutator)\(symbol == "#=" ? ", RESTRICT = eqsel, JOIN = eqjoinsel, MERGES, HASHES" : ""))
                """)
            remember("OPERATOR \(symbol) (integer, integer)")
        }
        let family = isOne(of: 2) ? name("of") : nil
        if let family {
            add(.operators, "CREATE OPERATOR FAMILY \(family) USING btree")
            remember("OPERATOR FAMILY \(family) USING btree")
        }
        let list = symbols.enumerated().map { "OPERATOR \($0 + 1) \($1)" }.joined(separator: ", ")
        add(
            .operators,
            """
            CREATE FUNCTION \(comparison)(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT
                RETURN btint4cmp(b, a);
            CREATE OPERATOR CLASS \(operators) FOR TYPE integer USING btree \(family.map { "FAMILY \($0) " } ?? "")AS
                \(list), FUNCTION 1 \(comparison)(integer, integer)
            """)
        add(
            .operators,
            """
            CREATE TABLE \(table) (id integer PRIMARY KEY, n integer CHECK (n #= n));
            INSERT INTO \(table) VALUES (1, 5), (2, -5);
            CREATE INDEX ON \(table) (n \(operators));
            CREATE VIEW \(name("v")) AS SELECT n FROM \(table) WHERE n #< 3
            """)
        remember("OPERATOR CLASS \(operators) USING btree")
    }
}
