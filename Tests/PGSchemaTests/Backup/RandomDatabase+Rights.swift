/// Rights, publications, settings and comments.
extension RandomDatabase {
    mutating func defaultPrivilege() -> String {
        let place = any("", " IN SCHEMA public")
        let role = pick(Self.roles) ?? "PUBLIC"
        return "ALTER DEFAULT PRIVILEGES\(place) "
            + any(
                "GRANT SELECT ON TABLES TO \(role)", "GRANT ALL ON TABLES TO \(role) WITH GRANT OPTION",
                "GRANT EXECUTE ON FUNCTIONS TO \(role)", "GRANT USAGE ON SEQUENCES TO PUBLIC",
                "GRANT USAGE ON TYPES TO \(role)", "REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
    }

    mutating func addGrant() {
        let role = any(Self.roles[0], Self.roles[1], "PUBLIC")
        let option = role == "PUBLIC" ? "" : maybe(" WITH GRANT OPTION", 3)
        guard let table = pick(tables) else { return }
        let column = table.columns.first?.name ?? table.key ?? "id"
        switch pick(0...8) {
        case 0: add(.grants, "GRANT SELECT (\(column)), UPDATE (\(column)) ON \(table.name) TO \(role)\(option)")
        case 1:
            guard let function = pick(functions) else { return }
            add(.grants, "REVOKE EXECUTE ON FUNCTION \(function)(integer) FROM PUBLIC")
            add(.grants, "GRANT EXECUTE ON FUNCTION \(function)(integer) TO \(role)\(option)")
        case 2:
            guard let sequence = pick(sequences) else { return }
            add(.grants, "GRANT USAGE, SELECT ON SEQUENCE \(sequence) TO \(role)\(option)")
        case 3:
            guard let type = pick(types.dropFirst(RandomType.builtIn(major: major).count)), !type.sql.hasSuffix("]")
            else { return }
            add(
                .grants,
                "\(any("REVOKE USAGE ON TYPE \(type.sql) FROM PUBLIC", "GRANT USAGE ON TYPE \(type.sql) TO \(role)"))")
        case 4:
            add(.grants, any("GRANT CREATE ON SCHEMA public TO \(role)", "REVOKE USAGE ON SCHEMA public FROM PUBLIC"))
        case 5:
            guard let view = pick(views + materialized) else { return }
            add(.grants, "GRANT SELECT ON \(view) TO \(role)\(option)")
        case 6:
            add(.grants, "REVOKE ALL ON \(table.name) FROM CURRENT_USER; GRANT SELECT ON \(table.name) TO CURRENT_USER")
        default:
            add(
                .grants,
                "GRANT \(any("ALL", "SELECT, INSERT", "TRUNCATE, TRIGGER")) ON \(table.name) TO \(role)\(option)")
        }
    }

    mutating func addPublication() {
        let publication = name("pu")
        guard let table = pick(tables), let key = table.key else { return }
        let options = any(
            "", " WITH (publish = 'insert, delete')", " WITH (publish_via_partition_root = true, publish = '')")
        let what = any(
            "FOR ALL TABLES", "FOR TABLE \(table.name)", "FOR TABLE \(table.name) (\(key)) WHERE (\(key) > 3)",
            "FOR TABLES IN SCHEMA public", "FOR TABLE ONLY \(table.name)")
        add(.publications, "CREATE PUBLICATION \(publication) \(what)\(options)")
        if isOne(of: 3) { add(.comments, "COMMENT ON PUBLICATION \(publication) IS 'who reads it'") }
    }

    mutating func addSetting() {
        guard let table = pick(tables.filter(\.isPlain)) else { return }
        let head = "ALTER TABLE \(table.name)"
        let column = pick(table.columns.filter(\.takesValues))?.name ?? table.key ?? "id"
        switch pick(0...9) {
        case 0: add(.settings, "\(head) ALTER \(column) SET STORAGE EXTERNAL")
        case 1: add(.settings, "\(head) ALTER \(column) SET COMPRESSION pglz")
        case 2: add(.settings, "\(head) ALTER \(column) SET STATISTICS \(pick(0...500))")
        case 3: add(.settings, "\(head) ALTER \(column) SET (n_distinct = -0.5, n_distinct_inherited = 7)")
        case 4: add(.settings, "\(head) REPLICA IDENTITY \(any("FULL", "NOTHING"))")
        case 5:
            let index = name("i")
            add(
                .settings,
                "CREATE UNIQUE INDEX \(index) ON \(table.name) (\(table.key ?? "id")); \(head) REPLICA IDENTITY USING INDEX \(index)"
            )
        case 6: add(.settings, "\(head) \(any("ENABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"))")
        case 7: add(.settings, "\(head) SET (fillfactor = 45, toast.vacuum_truncate = off, parallel_workers = 2)")
        case 8: add(.settings, "\(head) SET UNLOGGED")
        default: add(.settings, "\(head) ALTER \(column) DROP DEFAULT")
        }
    }

    mutating func addComment() {
        guard let object = pick(commentable) else { return }
        let text = any("E'many\\nlines -- \\\\! ''quote'''", "'short'", "'ünï $x$'", "E'\\r\\n\\\\.\\r\\n'")
        add(.comments, "COMMENT ON \(object) IS \(text)")
    }
}
