import LocalPostgres
import PGWire
import Testing

/// One of the shared servers, as the argument of a test.
enum LiveServer: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case postgres15, postgres17, postgres18, pgBouncer

    /// Those with TLS.
    static let withTLS: [LiveServer] = [.postgres15, .postgres17, .pgBouncer]
    static let direct: [LiveServer] = [.postgres15, .postgres17, .postgres18]

    var testDescription: String { rawValue }

    /// The cluster, which for PgBouncer is the one behind it.
    var cluster: LocalPostgres {
        get async throws {
            switch self {
            case .postgres15: try await LiveServers.postgres15.value
            case .postgres17: try await LiveServers.postgres17.value
            case .postgres18: try await LiveServers.postgres18.value
            case .pgBouncer: try await LiveServers.pgBouncer.value.cluster
            }
        }
    }

    /// How to connect, with `verify-full` where there is TLS.
    var configuration: Connection.Configuration {
        get async throws {
            guard self == .pgBouncer else { return try await Connection.Configuration(cluster.connectionURI) }
            return try await Connection.Configuration(LiveServers.pgBouncer.value.connectionURI)
        }
    }

    /// Runs `body` with a connection of its own.
    @discardableResult
    func connected<R>(
        _ change: (inout Connection.Configuration) -> Void = { _ in }, _ body: (Connection) async throws -> R
    ) async throws -> R {
        var configuration = try await configuration
        change(&configuration)
        return try await Connection.withConnection(configuration, body)
    }

    /// Runs `body` with a connection that goes to the cluster itself, to look at what the server is doing.
    @discardableResult
    func observed<R>(_ body: (Connection) async throws -> R) async throws -> R {
        let configuration = try await Connection.Configuration(cluster.connectionURI)
        return try await Connection.withConnection(configuration, body)
    }
}

/// The ``PostgresError`` that `body` throws; a failure when it throws none.
func failure<R>(
    sourceLocation: SourceLocation = #_sourceLocation, of body: () async throws -> R
) async throws -> PostgresError {
    do {
        _ = try await body()
    } catch let error as PostgresError {
        return error
    }
    throw NothingThrown(sourceLocation: sourceLocation)
}

/// The ``ConnectionError`` that `body` throws.
func connectionFailure<R>(
    sourceLocation: SourceLocation = #_sourceLocation, of body: () async throws -> R
) async throws -> ConnectionError {
    let error = try await failure(sourceLocation: sourceLocation, of: body)
    guard case .connection(let reported) = error else { throw error }
    return reported
}

/// Expects that `body` fails in exactly these words.
func expectFailure<R>(
    _ description: String, sourceLocation: SourceLocation = #_sourceLocation, of body: () async throws -> R
) async throws {
    let error = try await failure(sourceLocation: sourceLocation, of: body)
    #expect("\(error)" == description, sourceLocation: sourceLocation)
}

struct NothingThrown: Error {
    let sourceLocation: SourceLocation
}

/// The error that the server reported to `body`.
func serverFailure<R>(
    sourceLocation: SourceLocation = #_sourceLocation, of body: () async throws -> R
) async throws -> ServerError {
    let error = try await failure(sourceLocation: sourceLocation, of: body)
    guard case .server(let reported) = error else { throw error }
    return reported
}

extension Connection {
    /// Asks again and again until the answer is true, at most 20 seconds. The server waits in between, not we.
    func wait(for condition: SQL, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try await !fetchOne("SELECT coalesce((\(condition)), false)", as: Bool.self) {
            try #require(.now < deadline, "never came true: \(condition)", sourceLocation: sourceLocation)
            try await execute("SELECT pg_sleep(0.005)")
        }
    }
}

extension SQL {
    /// Whether a statement with this mark in its text is under way.
    static func isRunning(_ mark: String) -> SQL {
        """
        SELECT count(*) = 1 FROM pg_stat_activity
        WHERE state = 'active' AND query LIKE \("%\(mark)%") AND pid <> pg_backend_pid()
        """
    }
}
