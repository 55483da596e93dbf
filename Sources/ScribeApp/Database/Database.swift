package import PGWire

/// The database that the settings mean.
package struct Database: Sendable {
    /// How to connect.
    package let configuration: Connection.Configuration
    /// What stands between us and the server.
    package let pooling: Pooling
    /// Set when it is scribe-app's own.
    package let development: DevelopmentDatabase?

    /// Whether a connection has a server session of its own for certain, so that settings of the session reach nobody else: a
    /// pooler may stand at any port but PostgreSQL's.
    package var ownsSession: Bool { development != nil || configuration.endpoints.allSatisfy { $0.port == 5432 } }

    /// The database that `settings` describe.
    package init(_ settings: DatabaseSettings) {
        configuration = settings.configuration
        pooling = settings.pooling
        development = nil
    }

    package init(_ development: DevelopmentDatabase) {
        configuration = development.configuration
        pooling = .direct
        self.development = development
    }

    /// Runs `body` with the database of `settings`, which is started for that time if it is scribe-app's own.
    ///
    /// - Throws: `LocalPostgresError`, or what `body` throws.
    package static func with<R>(_ settings: Settings, _ body: (Database) async throws -> R) async throws -> R {
        if let settings = settings.database { return try await body(Database(settings)) }
        return try await DevelopmentDatabase.with { try await body(Database($0)) }
    }
}
