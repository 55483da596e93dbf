import PGWire
import Testing

extension Live {
    /// Statements that were prepared mean what they say under the settings of the transaction that they are used in.
    @Suite struct SettingsMeaning {
        private static func names(_ db: borrowing Transaction, _ mark: String) async throws -> [String] {
            try await db.fetchAll(
                "SELECT name FROM pg_prepared_statements WHERE statement LIKE \("%\(mark)%") AND name LIKE 'pgwire%'",
                as: String.self)
        }

        /// Each tenant has the same table with another type.
        @Test(arguments: LiveServer.allCases) func ofTenants(_ server: LiveServer) async throws {
            try await server.connected { db in
                let schema = "settings_\(server)".lowercased()
                try await db.execute(
                    script: """
                        DROP SCHEMA IF EXISTS \(schema)_a CASCADE; DROP SCHEMA IF EXISTS \(schema)_b CASCADE;
                        CREATE SCHEMA \(schema)_a; CREATE SCHEMA \(schema)_b;
                        CREATE TABLE \(schema)_a.t AS SELECT 'a'::text AS v;
                        CREATE TABLE \(schema)_b.t AS SELECT 11::int AS v, true AS more;
                        """)
                for tenant in ["a", "a", "a", "b", "a", "b", "b", "b", "a"] {
                    try await db.transaction(settings: .searchPath("\(schema)_\(tenant)")) { tx in
                        for _ in 1...3 {
                            let row = try await tx.fetchOne("SELECT * FROM t")
                            #expect(row.columns.count == (tenant == "a" ? 1 : 2))
                            #expect(try row.decode(0, as: String.self) == (tenant == "a" ? "a" : "11"))
                        }
                    }
                    let error = try await serverFailure { _ = try await db.fetchOne("SELECT * FROM t") }
                    #expect(error.sqlState == .undefinedTable)
                }
                try await db.execute(script: "DROP SCHEMA \(schema)_a CASCADE; DROP SCHEMA \(schema)_b CASCADE")
            }
        }

        /// What is prepared stays prepared as long as the settings by which it is read are the same.
        @Test(arguments: LiveServer.direct) func theSameAgain(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.createRole("settings_role")
                var names: [[String]] = []
                let ways: [TransactionSettings] = [
                    .role("settings_role").claims(["sub": "1"]), .role("settings_role").claims(["sub": "2"]),
                    .role("settings_role").setting("app.x", "y").lockTimeout(.seconds(1)), .role("settings_role"),
                ]
                for settings in ways + ways {
                    try await db.transaction(settings: settings) { tx in
                        for _ in 1...3 {
                            _ = try await tx.fetchAll("SELECT 'same_again', \(1)", as: (String, Int).self)
                        }
                        names.append(try await Self.names(tx, "same_again"))
                    }
                }
                #expect(names[0].count == 1)
                #expect(Set(names).count == 1)
                // Settings that no statement is read by do nothing to it; a role does, and the end of it does.
                let ofNone: [TransactionSettings] = [["app.x": "1"], .claims(["sub": "1"]), TransactionSettings()]
                names = []
                for settings in ofNone + ofNone {
                    try await db.transaction(settings: settings) { tx in
                        _ = try await tx.fetchAll("SELECT 'same_again', \(1)", as: (String, Int).self)
                        names.append(try await Self.names(tx, "same_again"))
                    }
                }
                #expect(Set(names).count == 1)
            }
        }

        /// A setting that a statement makes inside holds until the transaction ends, and what it did to statements, too.
        @Test(arguments: LiveServer.direct) func changedInside(_ server: LiveServer) async throws {
            try await server.connected { db in
                let schema = "changed_\(server)"
                try await db.execute(
                    script: """
                        DROP SCHEMA IF EXISTS \(schema)_a CASCADE; DROP SCHEMA IF EXISTS \(schema)_b CASCADE;
                        CREATE SCHEMA \(schema)_a; CREATE SCHEMA \(schema)_b;
                        CREATE TABLE \(schema)_a.c AS SELECT 'a'::text AS v; CREATE TABLE \(schema)_b.c AS SELECT 11 AS v;
                        """)
                for _ in 1...4 {
                    try await db.transaction(settings: .searchPath("\(schema)_a")) { tx in
                        let first = try await tx.fetchOne("SELECT v FROM c").decode(0, as: String.self)
                        try await tx.execute("SELECT set_config('search_path', \("\(schema)_b"), true)")
                        let second = try await tx.fetchOne("SELECT v FROM c").decode(0, as: String.self)
                        #expect([first, second] == ["a", "11"])
                    }
                }
                try await db.execute(script: "DROP SCHEMA \(schema)_a CASCADE; DROP SCHEMA \(schema)_b CASCADE")
            }
        }
    }
}
