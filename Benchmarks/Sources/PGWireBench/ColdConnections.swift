import PGWire

/// W1, W1b: connect, one query, close, one after the other.
struct ColdConnections {
    let tls: Bool

    func measure() async throws -> Result {
        let count = Settings.count(200)
        let configuration = Settings.configuration(tls: tls)
        let measurement = Measurement()
        for _ in 0..<count {
            try await Connection.withConnection(configuration) { db in
                guard try await db.fetchOne("SELECT 1", as: Int32.self) == 1 else { throw WrongResult() }
            }
        }
        return measurement.result(units: count)
    }
}
