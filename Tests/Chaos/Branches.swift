import LocalPostgres
import PGWire
import PGWireTesting

/// The ways to the server, each through a proxy.
struct Branches: Sendable {
    private let toServer: FaultyProxy
    private let toPooler: FaultyProxy
    private let direct: Connection.Configuration
    private let pooled: Connection.Configuration

    init(_ server: LocalPostgres, _ pooler: LocalPgBouncer) throws {
        let direct = Self.limited(try Connection.Configuration(server.connectionURI))
        let pooled = Self.limited(try Connection.Configuration(pooler.connectionURI))
        toServer = try FaultyProxy(to: direct.endpoints[0])
        toPooler = try FaultyProxy(to: pooled.endpoints[0])
        self.direct = toServer.redirect(direct)
        self.pooled = toPooler.redirect(pooled)
    }

    var proxies: [FaultyProxy] { [toServer, toPooler] }

    /// Pools by each of the ways.
    func providers() -> Providers {
        var eager = direct
        eager.eagerStart = true
        var options = ConnectionPool.Options(maximumConnections: 7)
        options.acquireTimeout = Call.acquireTimeout
        options.checkTimeout = Call.checkTimeout
        options.checkAfterIdle = .seconds(1)
        options.maximumLifetime = .seconds(20)
        let kept = [direct, eager, pooled].map { ConnectionPool($0, options) }
        let fresh = NullPool(pooled, maximumConnections: 7, acquireTimeout: Call.acquireTimeout)
        return Providers(kept: kept, all: [kept[0], fresh, kept[1], kept[2]])
    }

    struct Providers {
        let kept: [ConnectionPool]
        let all: [any ConnectionProvider]
    }

    /// From now on all is well.
    func heal() {
        for proxy in proxies {
            proxy.faults = FaultyProxy.Faults()
            try? proxy.admit()
        }
    }

    func stop() {
        for proxy in proxies { proxy.stop() }
    }

    private static func limited(_ configuration: Connection.Configuration) -> Connection.Configuration {
        var configuration = configuration
        configuration.connectTimeout = Call.connectTimeout
        configuration.statementTimeout = Call.statementTimeout
        configuration.applicationName = "chaos"
        return configuration
    }
}
