import PGWire
import Testing

extension Live {
    /// What is set for one transaction alone, in the flight of its BEGIN.
    @Suite struct TransactionSettingsTests {
        private static let current: SQL = """
            SELECT current_user::text, current_setting('search_path'), current_setting('lock_timeout'),
                current_setting('idle_in_transaction_session_timeout'), nullif(current_setting('app.tenant', true), ''),
                nullif(current_setting('request.jwt.claims', true), '')
            """
        private typealias Current = (String, String, String, String, String?, String?)

        @Test(arguments: LiveServer.allCases) func holdForTheTransactionAlone(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.createRole("settings_role")
                let before = try await db.fetchOne(Self.current, as: Current.self)
                let settings = TransactionSettings.role("settings_role").claims(["sub": "7"])
                    .searchPath("pg_temp", "a \"b").lockTimeout(.milliseconds(1500)).idleTimeout(.seconds(60))
                    .setting("app.tenant", "it's \\ 'quoted' $1")
                let traffic = try await db.traffic()
                let inside = try await db.transaction(settings: settings) { tx in
                    try await tx.fetchOne(Self.current, as: Current.self)
                }
                let after = try await db.traffic()
                // BEGIN with all of it; the statement; COMMIT.
                #expect(after.flights - traffic.flights == 3)
                #expect(after.sends - traffic.sends == 3)
                #expect(inside.0 == "settings_role")
                #expect(inside.1 == "\"pg_temp\", \"a \"\"b\"")
                #expect(inside.2 == "1500ms" && inside.3 == "1min")
                #expect(inside.4 == "it's \\ 'quoted' $1")
                #expect(inside.5 == "{\"sub\":\"7\"}")
                #expect(try await db.fetchOne(Self.current, as: Current.self) == before)
                // Nor does anything stay when it is rolled back.
                await #expect(throws: Stop.self) { try await db.transaction(settings: settings) { _ in throw Stop() } }
                #expect(try await db.fetchOne(Self.current, as: Current.self) == before)
            }
        }

        @Test(arguments: LiveServer.allCases) func goWithIsolation(_ server: LiveServer) async throws {
            try await server.connected { db in
                let sql: SQL = """
                    SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only'),
                        current_setting('app.x')
                    """
                let set = try await db.transaction(
                    isolation: .serializable, readOnly: true, deferrable: true, settings: ["app.x": "y"]
                ) { tx in
                    try await tx.fetchOne(sql, as: (String, String, String).self)
                }
                #expect(set == ("serializable", "on", "y"))
            }
        }

        @Test(arguments: LiveServer.allCases) func whatTheServerRefuses(_ server: LiveServer) async throws {
            try await server.connected { db in
                let refused: [(TransactionSettings, SQLState, String)] = [
                    (.role("nobody_at_all"), .invalidParameterValue, "role \"nobody_at_all\" does not exist"),
                    (
                        .setting("no_such_setting", "1"), .undefinedObject,
                        "unrecognized configuration parameter \"no_such_setting\""
                    ),
                    (
                        ["work_mem": "much"], .invalidParameterValue,
                        "invalid value for parameter \"work_mem\": \"much\""
                    ),
                ]
                for (settings, state, message) in refused {
                    let error = try await serverFailure {
                        try await db.transaction(settings: settings) { _ in Issue.record("it went on") }
                    }
                    #expect(error.sqlState == state)
                    let advice =
                        "It is about the settings of the transaction \(settings), which was rolled back before anything else "
                        + "was carried out."
                    #expect("\(error)".contains("ERROR: \(message) (SQLSTATE \(state))"), "\(error)")
                    #expect("\(error)".hasSuffix("\n\(advice)"), "\(error)")
                    // The block is over.
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                    try await db.execute("VACUUM pg_class")
                }
            }
        }

        @Test func whatIsInvalid() async throws {
            struct Unencodable: Encodable {
                func encode(to encoder: any Encoder) throws { throw Stop() }
            }
            let noName =
                "is no name of a setting: it is made of letters, digits and _, as work_mem, and of one's own settings with a "
                + "dot, as app.tenant"
            let invalid: [(TransactionSettings, String)] = [
                (["app.tenant'; DROP": "1"], "\"app.tenant'; DROP\" \(noName)"),
                (["": "1"], "\"\" \(noName)"), (["app.": "1"], "\"app.\" \(noName)"),
                (["1x": "1"], "\"1x\" \(noName)"),
                (
                    ["Statement_Timeout": "1"],
                    "say statement_timeout by statementTimeout(_:), as the client must know it, too"
                ),
                (["client_encoding": "LATIN1"], "client_encoding cannot be set: the connection speaks UTF8"),
                (
                    ["transaction_read_only": "on"],
                    "say transaction_read_only by the parameters isolation, readOnly and deferrable"
                ),
                (
                    .role("a\0b"),
                    "the value of the setting role holds a zero byte (U+0000), which the server has no text for"
                ),
                (.role("none"), "\"none\" is no role's name: to the server it means the role that is logged in"),
                (.lockTimeout(.seconds(-1)), "the setting lock_timeout of the transaction is negative"),
                (
                    .claims(["1", "2"]),
                    "the claims of the transaction are no JSON object: give a dictionary or a struct"
                ),
                (.claims(Unencodable()), "the claims of type Unencodable cannot be encoded as JSON: Stop()"),
                (.searchPath(""), "the search path: a name cannot be empty"),
            ]
            try await LiveServer.postgres17.connected { db in
                let before = try await db.traffic()
                for (settings, text) in invalid {
                    try await expectFailure(text) { try await db.transaction(settings: settings) { _ in } }
                }
                #expect(try await db.traffic().sends == before.sends)
            }
        }

        /// The server compares letters of ASCII without regard to case, and no others.
        @Test(arguments: LiveServer.direct) func namesBeyondASCII(_ server: LiveServer) async throws {
            try await server.connected { db in
                for name in ["app.\u{C9}t\u{E9}", "APP.\u{212A}", "app.\u{130}", "App.Tenant"] {
                    let value = try await db.transaction(settings: [name: "x"]) { tx in
                        try await tx.fetchOne("SELECT current_setting(\(name), true)", as: String?.self)
                    }
                    #expect(value == "x", "\(name)")
                }
                // The sign of the unit kelvin is no k.
                let error = try await serverFailure {
                    try await db.transaction(settings: ["wor\u{212A}_mem": "7MB"]) { _ in }
                }
                #expect(error.sqlState == .undefinedObject)
            }
        }

        @Test func valuesAreNotShown() {
            let settings = TransactionSettings.claims(json: "{\"sub\":\"secret\"}").role("secret").setting(
                "A.b", "secret")
            #expect("\(settings)" == "[request.jwt.claims, a.b, role]")
            // One setting has one value, however it is written.
            #expect(["app.X": "1", "App.x": "2"] as TransactionSettings == ["app.x": "2"])
            #expect(TransactionSettings().isEmpty && !TransactionSettings.statementTimeout(.zero).isEmpty)
        }

        @Test(arguments: LiveServer.allCases) func areMadeAgainWhenItIsRetried(_ server: LiveServer) async throws {
            try await server.connected { db in
                let seen = Log<String>()
                try await db.transaction(settings: ["app.retried": "yes"], retries: 2) { tx in
                    let count = seen.append(
                        try await tx.fetchOne("SELECT current_setting('app.retried')", as: String.self))
                    guard count < 3 else { return }
                    try await tx.execute(
                        "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'serialization_failure'; END $$")
                }
                #expect(seen.all == ["yes", "yes", "yes"])
            }
        }

        /// The transaction's own timeout stands in for the configuration's, for the server and for the client.
        @Test(arguments: LiveServer.allCases) func theTimeoutOfStatements(_ server: LiveServer) async throws {
            let timeout: SQL = "SELECT current_setting('statement_timeout')"
            try await server.connected {
                $0.statementTimeout = .seconds(7)
            } _: { db in
                try await db.transaction(settings: .statementTimeout(.seconds(5))) { tx in
                    var seen: [String] = []
                    for own: Duration? in [nil, .seconds(3), nil] {
                        seen.append(try await tx.fetchOne(timeout, as: String.self, timeout: own))
                    }
                    #expect(seen == ["5s", "3s", "5s"])
                }
                #expect(try await db.fetchOne(timeout, as: String.self) == "7s")
                let start = ContinuousClock.now
                let error = try await serverFailure {
                    try await db.transaction(settings: .statementTimeout(.milliseconds(200)).setting("app.x", "1")) {
                        tx in
                        try await tx.execute("SELECT pg_sleep(30)")
                    }
                }
                #expect(error.sqlState == .queryCanceled)
                #expect(start.duration(to: .now) < .seconds(5))
                let none = try await db.transaction(settings: .statementTimeout(.zero)) { tx in
                    try await tx.fetchOne(timeout, as: String.self)
                }
                #expect(none == "0")
                #expect(try await db.transaction { try await $0.fetchOne(timeout, as: String.self) } == "7s")
            }
        }

        @Test func ofAPool() async throws {
            let pool = try await ConnectionPool(LiveServer.postgres17.configuration)
            let value = try await pool.transaction(settings: ["app.pooled": "1"]) { tx in
                try await tx.fetchOne("SELECT current_setting('app.pooled')", as: String.self)
            }
            #expect(value == "1")
            await pool.close()
        }
    }
}

extension Connection {
    /// Makes a role that cannot log in, unless it is there.
    func createRole(_ name: String) async throws {
        try await execute(
            script: """
                DO $$ BEGIN CREATE ROLE \(name); EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
                """)
    }
}
