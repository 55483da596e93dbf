/// Constraints, indexes, statistics and sequences.
extension RandomDatabase {
    private mutating func plainTable() -> Table? { pick(tables.filter(\.isPlain)) }

    mutating func addConstraint() {
        guard let table = plainTable() else { return }
        let ordered = table.columns.filter(\.type.isOrdered)
        let head = "ALTER TABLE \(table.name) ADD \(constraintName())"
        switch pick(0...6) {
        case 0, 1:
            guard let column = pick(ordered) else { return }
            let columns = [column.name] + (isOne(of: 2) ? [table.key ?? column.name] : [])
            guard Set(columns).count == columns.count else { return }
            add(
                .constraints,
                head + "UNIQUE \(maybe("NULLS NOT DISTINCT ", 3))(\(columns.joined(separator: ", ")))"
                    + any("", "", " WITH (fillfactor=60)", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"))
        case 2:
            guard let column = pick(ordered), let key = table.key else { return }
            add(.constraints, head + "UNIQUE (\(key)) INCLUDE (\(column.name))")
        case 3:
            guard let function = pick(functions), let key = table.key else { return }
            add(.constraints, head + "CHECK (\(function)(\(key)) > -1000000)" + maybe(" NO INHERIT", 4))
        case 4:
            guard let key = table.key else { return }
            add(
                .constraints,
                head + "CHECK (\(key) IN (1, 2, 3) OR \(key) BETWEEN 4 AND 1000000000)\(maybe(" NOT VALID"))")
        case 5: addExclusion(table)
        default:
            guard let column = pick(table.columns) else { return }
            add(.constraints, "ALTER TABLE \(table.name) ALTER \(column.name) SET NOT NULL")
        }
    }

    private mutating func addExclusion(_ table: Table) {
        let head = "ALTER TABLE \(table.name) ADD \(constraintName())"
        if let range = pick(table.columns.filter(\.type.isRange)), isOne(of: 2) {
            add(.exclusions, head + "EXCLUDE USING gist (\(range.name) WITH &&)\(maybe(" DEFERRABLE", 3))")
            return
        }
        guard let column = table.columns.first(where: { $0.type.sql == "integer" }) else { return }
        add(.exclusions, head + "EXCLUDE USING btree (\(column.name) WITH =) WHERE (\(column.name) > 5)")
    }

    /// An extension, and a constraint that needs it.
    mutating func addExtension() {
        let other = name("t")
        let place = isOne(of: 3) ? "CREATE SCHEMA IF NOT EXISTS extensions; " : ""
        add(
            .exclusions,
            """
            \(place)CREATE EXTENSION IF NOT EXISTS btree_gist\(place.isEmpty ? "" : " SCHEMA extensions");
            CREATE TABLE \(other) (id integer, during tstzrange, \(constraintName())EXCLUDE USING gist (id WITH =, during WITH &&)
                WHERE (id > 0)\(maybe(" INITIALLY DEFERRED", 3)));
            INSERT INTO \(other) VALUES (1, '[2026-01-01 00:00+00,2026-01-02 00:00+00)'), (2, NULL), (-1, 'empty')
            """)
    }

    /// Checks by functions that read other tables, without a word on it in the catalog.
    mutating func addCheckThatReads() {
        let (words, function, table) = (name("z"), name("fn"), name("a"))
        let language = any("sql", "plpgsql")
        let query = "exists (SELECT 1 FROM \(words) WHERE val = p)"
        let body = language == "sql" ? "SELECT \(query)" : "BEGIN RETURN \(query); END"
        add(
            .checksThatRead,
            """
            CREATE TABLE \(words) (val text UNIQUE);
            CREATE FUNCTION \(function)(p text) RETURNS boolean LANGUAGE \(language) STABLE AS $$ \(body) $$;
            CREATE TABLE \(table) (val text \(constraintName())CHECK (\(function)(val)));
            INSERT INTO \(words) VALUES ('x'); INSERT INTO \(table) VALUES ('x')
            """)
    }

    mutating func addForeignKey() {
        guard let table = plainTable(), let target = pick(tables.filter { $0.key != nil }) else { return }
        let column = name("c")
        let actions = [
            "", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON UPDATE CASCADE ON DELETE RESTRICT", " MATCH FULL",
        ]
        let deferral = any("", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED")
        add(
            .foreignKeys,
            """
            ALTER TABLE \(table.name) ADD \(column) integer;
            ALTER TABLE \(table.name) ADD \(constraintName())FOREIGN KEY (\(column)) REFERENCES \(target.name)
                (\(target.key ?? "id"))\(pick(actions) ?? "")\(deferral)\(maybe(" NOT VALID", 6))
            """)
        add(
            .rows,
            """
            UPDATE \(table.name) SET \(column) = (SELECT x.\(target.key ?? "id") FROM \(target.name) AS x LIMIT 1)
            WHERE \(table.key ?? "id") = 1
            """)
    }

    mutating func addIndex() {
        guard let table = isOne(of: 5) ? tables.randomElement(using: &self) : plainTable() else { return }
        let index = name("i")
        let columns = table.columns.filter { $0.type.isOrdered }
        let key = table.key ?? "id"
        switch pick(0...5) {
        case 0:
            guard let function = pick(functions) else { return }
            add(.indexes, "CREATE INDEX \(index) ON \(table.name) (\(function)(\(key)), (\(key) + 1) DESC NULLS LAST)")
        case 1:
            guard let column = pick(table.columns) else { return }
            add(
                .indexes,
                "CREATE INDEX \(index) ON \(table.name) (\(key)) INCLUDE (\(column.name)) WHERE \(column.name) IS NOT NULL"
            )
        case 2:
            guard let column = pick(table.columns) else { return }
            let method = any("hash", "brin", "gin", "gist", "spgist")
            add(.indexes, "CREATE INDEX \(index) ON \(table.name) USING \(method) (\(column.name))")
        case 3:
            add(
                .indexes,
                """
                CREATE INDEX \(index) ON \(table.name) ((\(key) % 3), \(key)) WITH (fillfactor=55, deduplicate_items=off);
                ALTER INDEX \(index) ALTER COLUMN 1 SET STATISTICS 400
                """)
        default:
            guard let column = pick(columns) else { return }
            let collation = column.type.hasCollation ? maybe(" COLLATE \"C\"") : ""
            add(
                .indexes,
                "CREATE \(maybe("UNIQUE ", 5))INDEX \(index) ON \(table.name) (\(column.name)\(collation)\(maybe(" DESC", 3)))"
                    + maybe(" NULLS NOT DISTINCT", 6))
        }
        remember("INDEX \(index)")
        if isOne(of: 6) { add(.settings, "ALTER TABLE \(table.name) CLUSTER ON \(index)") }
    }

    mutating func addStatistics() {
        guard let table = plainTable(), let column = pick(table.columns), let key = table.key else { return }
        let statistics = name("st")
        let kinds = any("", " (dependencies)", " (ndistinct, mcv)")
        let second = isOne(of: 3) ? "(\(key) % 10)" : column.name
        add(.statistics, "CREATE STATISTICS \(statistics)\(kinds) ON \(key), \(second) FROM \(table.name)")
        if isOne(of: 3) { add(.statistics, "ALTER STATISTICS \(statistics) SET STATISTICS 77") }
        remember("STATISTICS \(statistics)")
    }

    mutating func addSequence() {
        let sequence = name("s")
        add(
            .sequences,
            "CREATE \(maybe("UNLOGGED ", 6))SEQUENCE \(sequence)\(maybe(" AS smallint", 3))"
                + any("", " START 5 INCREMENT -2 MINVALUE -100 MAXVALUE 100 CACHE 3 CYCLE", " MINVALUE 0 START 0"))
        if isOne(of: 2) { add(.sequences, "SELECT nextval(\(sequence.constant))") }
        sequences.append(sequence)
        remember("SEQUENCE \(sequence)")
    }

    // MARK: - Rows

    mutating func addRows() {
        for table in tables where table.takesRows {
            let columns = table.columns.filter(\.takesValues)
            for number in 1...4 {
                var (names, values) = ([table.key ?? "id"], ["\(number)"])
                for column in columns where column.isNeeded || !isOne(of: 5) {
                    names.append(column.name)
                    values.append(pick(column.type.values) ?? "NULL")
                }
                add(
                    .rows,
                    "INSERT INTO \(table.name) (\(names.joined(separator: ", "))) OVERRIDING SYSTEM VALUE "
                        + "VALUES (\(values.joined(separator: ", ")))")
            }
        }
    }
}

extension Array {
    fileprivate func randomElement(using random: inout RandomDatabase) -> Element? { random.pick(self) }
}
