#if ScribeApp
package import Logging
import PGSchemaCatalog
import PGSchemaReports
import PGSchemaSQL
package import PGWire

/// Whether the database answers, found out with one fresh connection and no second try.
package struct HealthCheck: Sendable {
    private let database: any ConnectionProvider
    private let timeout: Duration
    private let logger: Logger

    /// `timeout` is the time for connecting and asking together.
    package init(database: any ConnectionProvider, timeout: Duration, logger: Logger) {
        self.database = database
        self.timeout = timeout
        self.logger = logger
    }

    /// Whether it did; why not is logged.
    package func isConnected() async -> Bool {
        do {
            _ = try await withDeadline(timeout) {
                try await database.withConnection { try await $0.fetchOne("SELECT 1", as: Int.self) }
            }
            return true
        } catch {
            logger.warning("database: \(ShownText(error).onOneLine)")
            return false
        }
    }
}
#endif
