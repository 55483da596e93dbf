package import PGWire

extension Connection.Configuration {
    /// Another role, which may do all in the database but own its version table, made here; so it cannot comment on that.
    package func asRoleWithoutTheVersionTable() async throws -> Connection.Configuration {
        let role = "migrator_\(UInt64.random(in: 0...UInt64.max))"
        try await Connection.withConnection(self) { db in
            _ = try await db.execute(
                script: """
                    CREATE ROLE \(role) LOGIN PASSWORD 'secret';
                    GRANT CREATE, USAGE ON SCHEMA public TO \(role);
                    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
                    GRANT ALL ON alembic_version TO \(role);
                    """)
        }
        var other = self
        other.user = role
        other.password = Secret("secret")
        return other
    }
}
