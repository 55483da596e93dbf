#if ScribeApp
package import Logging
import PGSchemaCatalog
import PGSchemaReports
import PGSchemaSQL
package import PGWire

/// Whether the database answers, found out with one fresh connection and no second try.
///
/// However many ask at the same time, one connection is enough: a success that comes after somebody has asked is an answer to that, too.
/// A failure may have begun before, when the database was still away; whoever has met it takes part in one more check.
package actor HealthCheck {
    private let database: any ConnectionProvider
    private let timeout: Duration
    private let logger: Logger
    private var running: Task<Bool, Never>?

    /// `timeout` is the time for connecting and asking together.
    package init(database: any ConnectionProvider, timeout: Duration, logger: Logger) {
        self.database = database
        self.timeout = timeout
        self.logger = logger
    }

    /// Whether it did; why not is logged.
    package func isConnected() async -> Bool {
        if let running, await running.value { return true }
        return await current.value
    }

    /// The check that goes on, or a new one.
    private var current: Task<Bool, Never> {
        if let running { return running }
        let check = Task {
            let isConnected = await find()
            running = nil
            return isConnected
        }
        running = check
        return check
    }

    @concurrent private func find() async -> Bool {
        do {
            _ = try await withDeadline(timeout) { [database] in
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
