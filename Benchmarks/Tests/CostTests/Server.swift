import LocalPostgres
import PGWire

/// A server for each test.
enum Server {
    static func connected<R>(_ body: (Connection) async throws -> R) async throws -> R {
        let postgres = try await LocalPostgres.start()
        do {
            var configuration = try Connection.Configuration(postgres.connectionURI)
            // OpenSSL allocates as it likes.
            configuration.tls.mode = .disable
            let result = try await Connection.withConnection(configuration, body)
            await postgres.stop()
            return result
        } catch {
            await postgres.stop()
            throw error
        }
    }
}
