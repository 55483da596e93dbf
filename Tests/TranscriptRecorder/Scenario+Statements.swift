import PGWireTesting

/// Statements that are prepared, and those that are sent together.
extension Scenario {
    static let prepared = Scenario(
        "prepared", "A statement that comes again until it is prepared, and what becomes of prepared ones."
    ) { session in
        let sql = "SELECT $1 AS text, n FROM generate_series(1, 2) AS n"
        let question = statement("SELECT pg_catalog.pg_backend_pid()", nil, describes: false)
        try session.batch(statement(sql, "first") + [.sync])
        try session.batch(question + statement(sql, "second") + [.sync])
        try session.batch(statement(sql, "third", name: "pgwire_1") + [.sync])
        for value in ["fourth", "fifth"] { try session.batch(prepared("pgwire_1", value) + [.sync]) }
        // Another takes its place, and a third does not come about.
        let close: (String) -> FrontendRequest = { .close(target: "S", name: $0) }
        try session.batch([close("pgwire_1")] + statement("SELECT $1 || '!'", "sixth", name: "pgwire_2") + [.sync])
        try session.batch(prepared("pgwire_1", "seventh") + [.sync])
        try session.batch(
            [close("pgwire_1"), close("pgwire_2")] + statement("SELECT nothing($1)", "eighth", name: "pgwire_3") + [
                .sync
            ])
        // A table that changes.
        try session.simple("CREATE TEMP TABLE changing AS SELECT 'a'::text AS text")
        let all = "SELECT * FROM changing WHERE text <> $1"
        try session.batch(statement(all, "b", name: "pgwire_4") + [.sync])
        try session.batch(prepared("pgwire_4", "b") + [.sync])
        try session.simple("ALTER TABLE changing ADD COLUMN more int4")
        try session.batch(prepared("pgwire_4", "b") + [.sync])
        try session.batch(statement(all, "b") + [.sync])
    }

    static let pipeline = Scenario(
        "pipeline", "Several statements under one Sync; the same with one in the middle that fails."
    ) { session in
        let first = statement("SELECT $1 AS text, n FROM generate_series(1, 3) AS n", "first")
        let second = statement("SET work_mem = '4MB'", nil)
        let third = statement("SELECT $1 || '!' AS text WHERE false", "third")
        try session.batch(first + second + third + [.sync])
        try session.batch(first + statement("SELECT 1 / length($1)", "") + third + [.sync])
        try session.batch(first + statement("SELECT nothing($1)", "") + third + [.sync])
        try session.batch(first + second + [.sync])
    }

    static let pipelineOfParts = Scenario(
        "pipeline-of-parts", "Several Syncs: errors in each place, and a COPY that is refused between them."
    ) { session in
        let good = statement("SELECT $1 AS text", "good")
        let bad = statement("SELECT 1 / length($1)", "")
        try session.batch(good + [.sync] + good + bad + good + [.sync] + good + [.sync])
        try session.batch(bad + [.sync] + bad + [.sync] + good + [.sync])
        // A COPY that is refused at the end, where nothing follows that the server would take for its data.
        try session.simple("CREATE TEMP TABLE copied (id int4)")
        try session.batch(good + [.sync] + good + statement("COPY copied FROM STDIN", nil) + [.sync])
        try session.batch(statement("COPY (SELECT 1) TO STDOUT", nil) + good + [.sync] + good + [.sync])
    }
}
