import PGWire

/// W8: how long it takes from nothing to the first row, to be run over a slow link.
struct FirstRow {
    /// How TLS begins.
    enum Negotiation {
        /// The server is asked whether it can (SSLRequest).
        case request
        /// At once (`sslnegotiation=direct`, PostgreSQL 17).
        case direct
        /// At once, and the startup message goes out with the end of the handshake.
        case eager
    }
    let negotiation: Negotiation

    /// Prints milliseconds, the median of all connections, instead of a rate.
    func measure() async throws -> Result {
        let configuration = try configuration()
        var times: [Duration] = []
        for _ in 0..<Settings.count(9) {
            let start = ContinuousClock.now
            try await Connection.withConnection(configuration) { db in
                guard try await db.fetchOne("SELECT 1", as: Int32.self) == 1 else { throw WrongResult() }
                times.append(ContinuousClock.now - start)
            }
        }
        return Result(value: times.sorted()[times.count / 2] / .milliseconds(1), peakKiB: Process.peakMemory)
    }

    private func configuration() throws -> Connection.Configuration {
        var configuration = Settings.configuration(tls: true)
        switch negotiation {
        case .request: break
        case .direct: configuration.tls.negotiation = .direct
        case .eager:
            // Sending the first statement before the server's last word takes a certificate that vouches for it.
            configuration.tls = .init(mode: .verifyCA, trustRoots: .file(try Settings.rootCertificate()))
            configuration.tls.negotiation = .direct
            configuration.eagerStart = true
        }
        return configuration
    }
}
