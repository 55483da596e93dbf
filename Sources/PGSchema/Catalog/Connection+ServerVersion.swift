import PGWire

extension Connection {
    /// The server's version as it reported when the connection started: `15.18`. A pooler reports its server's.
    package var serverVersion: String {
        get async throws { try await parameter("server_version") ?? "of unknown version" }
    }

    /// The server's major version: 15 of `15.18`; nil when it does not say.
    package var serverMajor: Int? {
        get async throws { Int(String(try await serverVersion.unicodeScalars.prefix { ("0"..."9").contains($0) })) }
    }
}
