#if ScribeApp
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import PGSchemaCommands
import PGSchemaReports
import PGSchemaSQL
import PGWire
import ServiceLifecycle
import UnixSignals

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The HTTP server with its database, until a signal stops it.
struct Server {
    let settings: Settings
    let database: Database

    /// Serves until SIGINT or SIGTERM; then requests under way may finish, and idle connections are closed.
    ///
    /// - Throws: ``ListenError`` when the port cannot be had.
    func run() async throws {
        let logger = Logger(label: "scribe-app")
        let pool = NullPool(database.configuration, maximumConnections: Self.maximumConnections)
        let health = HealthCheck(database: pool, timeout: database.configuration.connectTimeout, logger: logger)
        let maximum = maximumClients(logger)
        let application = Application(
            router: API(settings: settings, health: health).router(),
            server: .http1(configuration: limits(Clients(maximum: maximum - Self.room(in: maximum)))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: Int(settings.port)),
                // Further ones wait in the system's queue until others end.
                availableConnectionsDelegate: .maximum(maximum, logger: logger)),
            onServerRunning: { channel in
                guard let port = channel.localAddress?.port else { return }
                Console.print("Listening on http://\(settings.host):\(port)")
            },
            logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: application),
                .init(
                    service: StartupCheck(database: pool, logger: logger), successTerminationBehavior: .ignore,
                    failureTerminationBehavior: .ignore),
            ],
            gracefulShutdownSignals: [.sigint, .sigterm], logger: Self.lifecycleLogger)
        configuration.maximumGracefulShutdownDuration = Self.shutdownTimeout
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch is CancellationError {
            // Requests that outlasted the shutdown were cancelled: that is a stop like any other.
        } catch {
            throw ListenError(host: settings.host, port: settings.port, reason: error)
        }
    }

    private func limits(_ clients: Clients) -> HTTP1Channel.Configuration {
        let timeout = TimeAmount.seconds(Int64(settings.requestTimeout))
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestLimits(timeout: timeout, among: clients)], idleTimeout: timeout,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))
    }

    /// How many clients may be connected at once: no more than leave files for all else, such as the database's connections.
    private func maximumClients(_ logger: Logger) -> Int {
        let files = OpenFiles.request(settings.maximumConnections + Self.otherFiles)
        let clients = max(files - Self.otherFiles, 1)
        if clients < settings.maximumConnections {
            logger.warning(
                """
                HTTP_MAX_CONNECTIONS is \(settings.maximumConnections), but the system allows \(files) open files \
                (ulimit -n): \(clients) clients at once
                """)
        }
        return clients
    }

    /// So many more may come in while those that ask for nothing are let go.
    private static func room(in maximum: Int) -> Int { min(128, maximum / 2) }

    /// More than the database, the event loops and the program's own take.
    private static let otherFiles = 128

    /// A connection per request, and as many at once: what a small pooler grants one client.
    private static let maximumConnections = 10
    /// How long requests under way may take after the signal.
    private static let shutdownTimeout = Duration.seconds(3)

    /// Starting and stopping services is news to nobody but their developer.
    private static var lifecycleLogger: Logger {
        var logger = Logger(label: "lifecycle")
        logger.logLevel = .error
        return logger
    }
}

/// The address cannot be listened on.
struct ListenError: ShownError {
    let host: String
    let port: UInt16
    let reason: any Error

    var shown: ShownText {
        // NIO's error type is not part of Hummingbird's interface; its text ends with the number.
        let text = String(describing: reason)
        return switch true {
        case text.contains(bytesOf: "errno: \(EADDRINUSE)"):
            "port \(port) on \(host) is in use by another program: stop it, or set PORT to another"
        case text.contains(bytesOf: "errno: \(EACCES)"):
            "port \(port) needs more rights than this user has: set PORT to 1024 or more"
        case text.contains(bytesOf: "errno: \(EADDRNOTAVAIL)"):
            "\(host) is not an address of this computer: set HOST to one, or to 0.0.0.0 for all"
        default: "cannot listen on \(host):\(port): \(text)"
        }
    }
}
#endif
