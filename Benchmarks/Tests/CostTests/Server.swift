import LocalPostgres
import PGWire

/// A server for each test.
enum Server {
    static func connected<R>(
        timeout: Duration? = nil, _ body: (Connection) async throws -> R
    ) async throws -> R {
        let postgres = try await LocalPostgres.start()
        do {
            var configuration = try Connection.Configuration(postgres.connectionURI)
            // OpenSSL allocates as it likes.
            configuration.tls.mode = .disable
            if let timeout { configuration.statementTimeout = timeout }
            let result = try await Connection.withConnection(configuration, body)
            await postgres.stop()
            return result
        } catch {
            await postgres.stop()
            throw error
        }
    }
}
