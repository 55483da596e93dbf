import PGWire

extension Connection {
    /// The server's version as it reported when the connection started: `15.18`. A pooler reports its server's.
    package var serverVersion: String {
        get async throws { try await parameter("server_version") ?? "of unknown version" }
    }
}
