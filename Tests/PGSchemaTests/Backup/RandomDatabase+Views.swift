/// Views, rules, triggers and policies.
extension RandomDatabase {
    mutating func addView() {
        let view = name("v")
        let source = isOne(of: 2) ? pick(views) : nil
        if let source {
            let kind = isOne(of: 4) ? "MATERIALIZED VIEW" : "VIEW"
            add(
                .views,
                "CREATE \(kind) \(view) AS SELECT s.*, 1 AS \(name("c")) FROM \(source) AS s WHERE s IS NOT NULL")
            remember("\(kind) \(view)")
            if kind == "MATERIALIZED VIEW" { materialized.append(view) } else { views.append(view) }
            return
        }
        guard let table = pick(tables), let key = table.key else { return }
        let column = pick(table.columns)?.name ?? key
        switch pick(0...8) {
        case 0:
            add(
                .views,
                """
                CREATE VIEW \(view) WITH (security_barrier=true, security_invoker=true) AS
                    SELECT \(key), \(column) AS other FROM \(table.name) WHERE \(key) > 0 WITH LOCAL CHECK OPTION
                """)
        case 1:
            // The primary key is what lets it name other columns than those it groups by.
            add(
                .views,
                "CREATE VIEW \(view) AS SELECT x.*, count(*) AS n FROM \(table.name) AS x GROUP BY x.\(key)")
        case 2:
            add(
                .views,
                """
                CREATE RECURSIVE VIEW \(view) (n) AS SELECT 1 UNION ALL
                    SELECT n + 1 FROM \(view) WHERE n < (SELECT count(*) FROM \(table.name))
                """)
        case 3:
            guard let function = pick(functions) else { return }
            add(.views, "CREATE VIEW \(view) AS SELECT \(function)(x.\(key)) AS f FROM \(table.name) AS x")
        case 4, 5:
            let index = name("i")
            add(
                .views,
                """
                CREATE MATERIALIZED VIEW \(view)\(maybe(" WITH (fillfactor=80)", 3)) AS
                    SELECT x.\(key) AS k, count(*) AS n FROM \(table.name) AS x GROUP BY 1 ORDER BY 1\(maybe(" WITH NO DATA", 6));
                CREATE \(maybe("UNIQUE "))INDEX \(index) ON \(view) (k);
                \(maybe("ALTER MATERIALIZED VIEW \(view) ALTER k SET STATISTICS 33", 3))
                """)
            materialized.append(view)
            return remember("MATERIALIZED VIEW \(view)")
        case 6:
            // Rows of a view.
            let function = name("fn")
            add(
                .views,
                """
                CREATE VIEW \(view) AS SELECT x AS row_of, x.\(key) FROM \(table.name) AS x;
                CREATE FUNCTION \(function)() RETURNS SETOF \(view) LANGUAGE sql AS $$ SELECT * FROM \(view) $$;
                CREATE VIEW \(name("v")) AS SELECT * FROM \(function)()
                """)
        default:
            add(.views, "CREATE VIEW \(view) AS SELECT * FROM \(table.name) ORDER BY \(key) DESC LIMIT 3")
            if isOne(of: 3) { add(.views, "ALTER VIEW \(view) ALTER \(key) SET DEFAULT 9") }
        }
        views.append(view)
        remember("VIEW \(view)")
        if isOne(of: 3) { remember("COLUMN \(view).\(key)") }
    }

    mutating func addRule() {
        guard let table = pick(tables.filter(\.isPlain)), let other = pick(tables), let key = other.key else { return }
        let rule = name("ru")
        let event = any("INSERT", "UPDATE", "DELETE")
        let action = any(
            "INSTEAD NOTHING", "ALSO NOTIFY changes", "ALSO DELETE FROM \(other.name) WHERE \(key) < -1000",
            "ALSO (DELETE FROM \(other.name) WHERE \(key) < -1000; NOTIFY changes)")
        let condition = event == "INSERT" ? "" : maybe(" WHERE OLD.\(table.key ?? "id") > 1000", 3)
        add(.rules, "CREATE RULE \(rule) AS ON \(event) TO \(table.name)\(condition) DO \(action)")
        if isOne(of: 4) { add(.rules, "ALTER TABLE \(table.name) DISABLE RULE \(rule)") }
        remember("RULE \(rule) ON \(table.name)")
    }

    mutating func addTrigger() {
        let (trigger, function) = (name("tr"), name("fn"))
        guard let table = pick(tables) else { return }
        let column = table.columns.first(where: \.takesValues)?.name ?? table.key ?? "id"
        add(
            .triggers,
            "CREATE FUNCTION \(function)() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN coalesce(NEW, OLD); END $f$"
        )
        let on = "ON \(table.name)"
        switch pick(0...5) {
        case 0:
            add(
                .triggers,
                """
                CREATE TRIGGER \(trigger) BEFORE INSERT OR UPDATE OF \(column) \(on) FOR EACH ROW
                    WHEN (NEW.\(column) IS NOT NULL) EXECUTE FUNCTION \(function)('it''s', '\\x')
                """)
        case 1:
            add(
                .triggers,
                """
                CREATE TRIGGER \(trigger) AFTER UPDATE \(on) REFERENCING OLD TABLE AS old_rows NEW TABLE AS "New Rows"
                    FOR EACH STATEMENT EXECUTE FUNCTION \(function)()
                """)
        case 2:
            add(
                .triggers,
                """
                CREATE CONSTRAINT TRIGGER \(trigger) AFTER INSERT OR DELETE \(on) DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION \(function)()
                """)
        case 3:
            guard let view = pick(views) else { return }
            add(
                .triggers,
                "CREATE TRIGGER \(trigger) INSTEAD OF INSERT ON \(view) FOR EACH ROW EXECUTE FUNCTION \(function)()")
            return remember("TRIGGER \(trigger) ON \(view)")
        default:
            add(
                .triggers,
                "CREATE TRIGGER \(trigger) \(any("BEFORE", "AFTER")) DELETE \(on) FOR EACH ROW EXECUTE FUNCTION \(function)()"
            )
        }
        remember("TRIGGER \(trigger) ON \(table.name)")
        if isOne(of: 3) {
            add(
                .triggers,
                "ALTER TABLE \(table.name) \(any("DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS")) TRIGGER \(trigger)")
        }
    }

    mutating func addEventTrigger() {
        let (trigger, function) = (name("et"), name("fn"))
        add(
            .eventTriggers,
            """
            CREATE FUNCTION \(function)() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
            CREATE EVENT TRIGGER \(trigger) ON \(any("ddl_command_end", "ddl_command_start WHEN TAG IN ('DROP TABLE', 'CREATE VIEW')", "sql_drop"))
                EXECUTE FUNCTION \(function)()
            """)
        if isOne(of: 3) { add(.eventTriggers, "ALTER EVENT TRIGGER \(trigger) \(any("DISABLE", "ENABLE ALWAYS"))") }
        if isOne(of: 2) { add(.comments, "COMMENT ON EVENT TRIGGER \(trigger) IS 'it''s'") }
    }

    mutating func addPolicy() {
        guard let table = pick(tables), let key = table.key else { return }
        let policy = name("po")
        let role = any("", " TO PUBLIC", " TO \(Self.roles.joined(separator: ", "))", " TO \(Self.roles[1])")
        let check = any(
            " USING (\(key) > 0)", " FOR INSERT\(role) WITH CHECK (\(key) > 0)",
            " FOR UPDATE\(role) USING (true) WITH CHECK (\(key) < 1000)",
            " FOR SELECT\(role) USING (current_user = 'x')")
        let head = "CREATE POLICY \(policy) ON \(table.name)\(maybe(" AS RESTRICTIVE", 3))"
        add(.policies, head + (check.hasPrefix(" USING") ? role : "") + check)
        remember("POLICY \(policy) ON \(table.name)")
        if isOne(of: 2) {
            add(.policies, "ALTER TABLE \(table.name) \(any("ENABLE", "FORCE")) ROW LEVEL SECURITY")
        }
    }
}
