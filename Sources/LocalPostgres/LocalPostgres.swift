/// A local PostgreSQL server for tests and development.
///
/// It listens on 127.0.0.1 and on a Unix socket, with password authentication and TLS. It never outlives the program,
/// even if that is killed: the server is stopped and temporary directories are removed. When the program runs as root,
/// the server runs as `postgres` or `nobody`.
///
/// ```swift
/// let postgres = try await LocalPostgres.start()
/// print(postgres.connectionURI)
/// await postgres.stop()
/// ```
///
/// A lasting cluster keeps its data, password and certificates from one start to the next:
///
/// ```swift
/// var options = LocalPostgres.Options()
/// options.directory = "/home/me/project/.scribe/postgres"
/// options.database = "scribe"
/// let postgres = try await LocalPostgres.start(options)
/// ```
public final class LocalPostgres: Sendable {
    /// The address that the server listens on.
    public let host = "127.0.0.1"
    /// The TCP port, which is also part of the socket's name.
    public let port: Int
    /// The directory of the Unix socket, a short path. Only the server's user (and root) may access it.
    public let socketDirectory: String
    /// The superuser's name.
    public let user: String
    /// The superuser's password. Also set when the authentication method does not need it.
    public let password: String
    /// The database of `Options.database`.
    public let database: String
    /// The root certificate file for clients (`sslrootcert`); nil when the server has no TLS.
    public let caCertificateFile: String?
    /// The certificate authority, which can issue client certificates that the server trusts; nil when the server has
    /// no TLS.
    public let certificateAuthority: CertificateAuthority?
    /// The cluster's directory: that of `Options.directory`, or a temporary one. When the server's user cannot access
    /// the given directory, such as one in `/root`, it is `/var/tmp/pgwire-<user id>-<hash of the path>`.
    public let directory: String
    /// PGDATA, in `directory`.
    public let dataDirectory: String
    /// The server's log, in `directory`. Truncated at every start.
    public let logFile: String
    /// A `.pgpass` file for the superuser, in `directory`.
    public let passwordFile: String
    /// The server's programs.
    public let installation: PostgresInstallation
    /// The process id of the postmaster.
    public let processIdentifier: Int32

    let runUser: RunUser?
    let requiresTLS: Bool
    private let supervisor: Supervisor
    private let lock: Descriptor?

    /// The server's version, as `PostgresInstallation.version`.
    public var version: String { installation.version }

    /// A connection string for `database`, with the password and, when the server has TLS, `sslmode=verify-full`.
    public var connectionURI: String {
        "postgres://\(percentEncoded(user)):\(percentEncoded(password))@\(host):\(port)/\(percentEncoded(database))"
            + (caCertificateFile.map { "?sslmode=verify-full&sslrootcert=\(percentEncoded($0))" } ?? "?sslmode=disable")
    }

    /// Makes the cluster, unless the lasting one exists, starts its server, and waits until it is ready.
    ///
    /// - Throws: `LocalPostgresError`; `CancellationError` when the task was cancelled meanwhile. Then no process and
    ///   no temporary file is left.
    public static func start(_ options: Options = Options()) async throws -> LocalPostgres {
        let started = try await BlockingThread.run { try ServerStart(options).run() }
        if Task.isCancelled {
            await started.stop()
            throw CancellationError()
        }
        return started
    }

    /// Stops the server, which disconnects its clients, removes temporary directories, and returns when that is done.
    /// May be called again. Releasing the last reference does the same.
    public func stop() async {
        // Thread creation can fail; stopping must not.
        do { try await BlockingThread.run { self.stopBlocking() } } catch { stopBlocking() }
    }

    private func stopBlocking() {
        supervisor.stop()
        lock?.unlock()
        lock?.close()
    }

    init(_ start: ServerStart, running: ServerStart.Running) {
        let directory = start.directory
        port = running.login.port
        socketDirectory = directory.runtimePath
        user = running.login.user
        password = running.login.password
        database = start.options.database
        caCertificateFile = running.authority.map { _ in directory.file("ca.crt").path }
        certificateAuthority = running.authority
        self.directory = directory.path
        dataDirectory = directory.data
        logFile = directory.log
        passwordFile = directory.file("pgpass").path
        installation = start.installation
        processIdentifier = running.supervisor.processIdentifier
        runUser = directory.user
        requiresTLS = start.options.tls == .required
        supervisor = running.supervisor
        lock = directory.lock
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
func percentEncoded(_ text: String) -> String {
    let hexadecimal = Array("0123456789ABCDEF")
    return text.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            String(UnicodeScalar(byte))
        default: "%\(hexadecimal[Int(byte >> 4)])\(hexadecimal[Int(byte & 15)])"
        }
    }.joined()
}
