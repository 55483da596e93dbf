#if ScribeApp
import Logging
import PGSchemaCatalog
import PGSchemaReports
import PGSchemaSQL
import PGWire
import ServiceLifecycle

/// Looks at the database once when the server starts, and says in the log what it found. The server answers meanwhile and
/// goes on either way.
struct StartupCheck: Service {
    let database: any ConnectionProvider
    let logger: Logger

    private static let tries = 3
    private static let pause = Duration.milliseconds(500)

    func run() async throws {
        // A database that keeps silent must not hold up the end.
        await cancelWhenGracefulShutdown { await look() }
    }

    private func look() async {
        for attempt in 1...Self.tries {
            do {
                let version = try await database.withConnection { db in
                    _ = try await db.fetchOne("SELECT 1", as: Int.self)
                    return try await db.serverVersion
                }
                return logger.info("database: connected, PostgreSQL \(version)")
            } catch let error as PostgresError where error.isSafeToRetry && attempt < Self.tries {
                logger.debug("database, try \(attempt) of \(Self.tries): \(ShownText(error).onOneLine)")
                do { try await Task.sleep(for: Self.pause) } catch { return }
            } catch is CancellationError {
                return
            } catch {
                return logger.error("database is down, serving all the same: \(ShownText(error).onOneLine)")
            }
        }
    }
}
#endif
