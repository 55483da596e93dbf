import PGWire
import PGWireTesting

/// What is said in a transcript.
struct Scenario: Sendable {
    var name: String
    var comment: String
    var user = Target.user
    var password = Target.password
    var database = "postgres"
    var versions = ProtocolVersion.v30...ProtocolVersion.v30
    var steps: @Sendable (inout Recording) throws -> Void

    init(_ name: String, _ comment: String, _ steps: @escaping @Sendable (inout Recording) throws -> Void = { _ in }) {
        self.name = name
        self.comment = comment
        self.steps = steps
    }

    /// Those that every server is recorded with.
    static let login = Scenario("login", "Logs in and leaves.")

    /// Those that behave differently behind a pooler, or might.
    static let common = [login, typedQuery, error, notice, severalStatements, cancelled, batch, pipeline, copyBinary]

    /// All.
    static let all =
        common + [refusedLogin, copy, copyText, deferredConstraint, notification, prepared, pipelineOfParts]

    static let typedQuery = Scenario("typed-query", "Three rows of many types, with parameters.") { session in
        var parameters = Parameters()
        try parameters.append(Int32(41))
        try parameters.append("text with an é")
        try parameters.append(true)
        try parameters.append(Int64.max)
        try parameters.append(0.1)
        try parameters.append(String?.none)
        try session.query(
            """
            SELECT n, $1 + 1 AS int4, $2 AS text, $3 AS bool, $4 AS int8, $5 AS float8, $6 AS nothing, \
            '\\xdeadbeef'::bytea AS bytea, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid AS uuid, \
            date '2024-02-29' AS date, timestamp '1999-12-31 23:59:59.999999' AS timestamp, \
            timestamptz '2024-02-29 12:00+02' AS timestamptz, 12345.678::numeric AS numeric, \
            '{"a": [1, null]}'::jsonb AS jsonb, '[1]'::json AS json, \
            ARRAY[1, 2, NULL] AS int4s, ARRAY['a', NULL]::text[] AS texts, 7::int2 AS int2, 1.5::float4 AS float4 \
            FROM generate_series(1, 3) AS n
            """, parameters)
    }

    static let error = Scenario("error", "Errors while parsing and while executing; the session goes on.") { session in
        try session.query("SELEC 1")
        try session.query("SELECT 1 / (n - 2) FROM generate_series(1, 3) AS n")
        try session.query("SELECT 1")
    }

    static let notice = Scenario("notice", "A notice and a warning in the middle of a statement.") { session in
        try session.query("DO $$ BEGIN RAISE NOTICE 'a notice'; RAISE WARNING 'a warning'; END $$")
    }

    static let severalStatements = Scenario(
        "several-statements", "Simple queries of several statements, one of which fails, and an empty one."
    ) { session in
        try session.simple("SELECT 1 AS one; SELECT 'a' AS text, NULL AS nothing; SET work_mem = '4MB'; RESET work_mem")
        try session.simple("SELECT 1; SELECT 1 / 0; SELECT 2")
        try session.simple("")
    }

    static let cancelled = Scenario("cancelled", "A statement that is cancelled while it runs.") { session in
        try session.cancelled("DO $$ BEGIN RAISE NOTICE 'under way'; PERFORM pg_sleep(60); END $$")
    }

    static let batch = Scenario("batch", "A setting and a query under one Sync, and two of which the first fails.") {
        session in
        try session.batch(
            statement("SELECT set_config('statement_timeout', $1, true)", "5000", describes: false)
                + statement("SELECT current_setting('statement_timeout') AS timeout, $1 AS text", "x") + [.sync])
        try session.batch(statement("SELECT $1::int4", "no number") + statement("SELECT $1", "never run") + [.sync])
    }

    static let refusedLogin: Scenario = {
        var scenario = Scenario("refused-login", "Logs in with a wrong password.")
        scenario.password = "wrong"
        return scenario
    }()

    static let copy = Scenario("copy", "COPY where a query was meant, both ways and in both protocols.") { session in
        try session.simple("CREATE TEMP TABLE copied (id int4)")
        try session.query("COPY copied FROM STDIN")
        try session.query("COPY (SELECT generate_series(1, 3)) TO STDOUT")
        try session.simple("COPY copied FROM STDIN")
        try session.simple("COPY (SELECT generate_series(1, 3)) TO STDOUT; SELECT 1")
    }

    static let deferredConstraint = Scenario(
        "deferred-constraint", "An error that comes after CommandComplete, when Sync commits."
    ) { session in
        try session.simple(
            """
            CREATE TEMP TABLE parent (id int4 PRIMARY KEY); \
            CREATE TEMP TABLE child (id int4 REFERENCES parent DEFERRABLE INITIALLY DEFERRED)
            """)
        var parameters = Parameters()
        try parameters.append(Int32(1))
        try session.query("INSERT INTO child VALUES ($1) RETURNING id", parameters)
    }

    static let notification = Scenario("notification", "A notification, and a setting that is reported.") { session in
        try session.simple("LISTEN news; NOTIFY news, 'payload'")
        try session.query("SET TimeZone = 'Europe/Berlin'")
    }

    /// A statement with one parameter of type `text`, or none, sent under `name`.
    static func statement(
        _ sql: String, _ value: String?, name: String = "", describes: Bool = true
    ) -> [FrontendRequest] {
        [.parse(statement: name, sql: sql, types: value == nil ? [] : [25]), .bind(binding(name, value))]
            + (describes ? [.describe(target: "P", name: "")] : []) + [.execute(portal: "", maximumRows: 0)]
    }

    /// The same for one that the server has prepared, and whose columns are known.
    static func prepared(_ name: String, _ value: String) -> [FrontendRequest] {
        [.bind(binding(name, value)), .execute(portal: "", maximumRows: 0)]
    }

    private static func binding(_ name: String, _ value: String?) -> FrontendRequest.Binding {
        let values = value.map { [Array($0.utf8)] } ?? []
        return .init(statement: name, formats: values.map { _ in 0 }, values: values, resultFormats: [1])
    }
}
