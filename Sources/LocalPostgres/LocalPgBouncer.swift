import Synchronization

/// A PgBouncer in front of a local cluster, with TLS for clients.
///
/// As with `LocalPostgres`, it never outlives the program, and does not run as root.
///
/// ```swift
/// let pooler = try await LocalPgBouncer.start(inFrontOf: postgres)
/// print(pooler.connectionURI)
/// await pooler.stop()             // and `restart` starts it again on the same port
/// ```
public final class LocalPgBouncer: Sendable {
    /// The address that it listens on.
    public let host = "127.0.0.1"
    /// The TCP port.
    public let port: Int
    /// The directory of the Unix socket; nil without one.
    public let socketDirectory: String?
    /// The root certificate file for clients (`sslrootcert`): the cluster's, if the cluster has TLS. Nil without TLS.
    public let caCertificateFile: String?
    /// PgBouncer's log. Gone after `stop`.
    public let logFile: String
    /// The cluster behind it.
    public let cluster: LocalPostgres

    private let start: PgBouncerStart
    private let supervisor: Mutex<Supervisor?>

    /// A connection string for the cluster's database (or the first of `Options.databases`) and superuser.
    public var connectionURI: String {
        let database = start.options.databases.keys.min() ?? cluster.database
        let user = "\(percentEncoded(cluster.user)):\(percentEncoded(cluster.password))"
        return "postgres://\(user)@\(host):\(port)/\(percentEncoded(database))"
            + (caCertificateFile.map { "?sslmode=verify-full&sslrootcert=\(percentEncoded($0))" } ?? "?sslmode=disable")
    }

    /// Starts PgBouncer and waits until it accepts connections.
    ///
    /// - Throws: `LocalPostgresError`; `CancellationError` when the task was cancelled meanwhile. Then no process and
    ///   no file is left.
    public static func start(
        inFrontOf cluster: LocalPostgres, _ options: Options = Options()
    ) async throws -> LocalPgBouncer {
        let started = try await BlockingThread.run {
            let start = try PgBouncerStart(options, cluster)
            let (supervisor, port) = try start.launch(port: nil)
            return LocalPgBouncer(start, supervisor, port)
        }
        if Task.isCancelled {
            await started.stop()
            throw CancellationError()
        }
        return started
    }

    /// Kills it, which ends all connections. It has no persistent data. May be called again.
    public func stop() async {
        // Thread creation can fail; stopping must not.
        do { try await BlockingThread.run { self.stopBlocking() } } catch { stopBlocking() }
    }

    /// Stops it if it runs, and starts it again on the same port and socket.
    ///
    /// - Throws: `LocalPostgresError`, such as `portInUse` when the port was taken meanwhile.
    public func restart() async throws {
        try await BlockingThread.run {
            try self.supervisor.withLock { supervisor in
                supervisor?.stop()
                supervisor = nil
                supervisor = try self.start.launch(port: self.port).supervisor
            }
        }
    }

    private func stopBlocking() {
        supervisor.withLock { supervisor in
            supervisor?.stop()
            supervisor = nil
        }
    }

    private init(_ start: PgBouncerStart, _ supervisor: Supervisor, _ port: Int) {
        self.start = start
        self.port = port
        cluster = start.cluster
        socketDirectory = start.options.unixSocket ? start.directory : nil
        logFile = start.log
        caCertificateFile =
            start.options.clientTLS == .disable
            ? nil : start.cluster.caCertificateFile ?? start.directory + "/ca.crt"
        self.supervisor = Mutex(supervisor)
    }
}
