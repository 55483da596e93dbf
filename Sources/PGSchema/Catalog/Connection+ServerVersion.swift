import PGWire

extension Connection {
    /// The server's version as it said when it was connected to, `15.18`; a pooler passes on its server's.
    package var serverVersion: String {
        get async throws { try await parameter("server_version") ?? "of unknown version" }
    }
}
