/// A PostgreSQL server of our own on this computer, for tests and development.
///
/// It listens on 127.0.0.1 and on a Unix socket, asks for a password, and speaks TLS with a certificate made on the
/// spot. What was started never outlives the program, even if that is killed: the server stops and temporary
/// directories are removed. Started by root, the server runs as `postgres` or `nobody`.
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
    /// The directory of the Unix socket, a short path. Only the user that the server runs as (and root) may enter.
    public let socketDirectory: String
    /// The superuser's name.
    public let user: String
    /// The superuser's password. Also set when the authentication method does not ask for it.
    public let password: String
    /// The database of `Options.database`.
    public let database: String
    /// What to trust (`sslrootcert`); nil when the server has no TLS.
    public let caCertificateFile: String?
    /// Issues further certificates that the server trusts, as for clients; nil when the server has no TLS.
    public let certificateAuthority: CertificateAuthority?
    /// The directory of everything: the one of `Options.directory`, or a temporary one. If root gives a directory
    /// that the server's user cannot get to, as one in `/root`, it is `/var/tmp/pgwire-<user id>-<hash of the path>`.
    public let directory: String
    /// PGDATA, in `directory`.
    public let dataDirectory: String
    /// The server's log, in `directory`. It begins anew with every start.
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

    /// Makes the cluster, unless a lasting one is there, and starts its server, which is ready when this returns.
    ///
    /// - Throws: `LocalPostgresError`; `CancellationError` when the task was cancelled meanwhile. Nothing is left
    ///   running or lying about then.
    public static func start(_ options: Options = Options()) async throws -> LocalPostgres {
        let started = try await BlockingThread.run { try ServerStart(options).run() }
        if Task.isCancelled {
            await started.stop()
            throw CancellationError()
        }
        return started
    }

    /// Stops the server, throwing out its clients, and removes temporary directories; returns when that is done.
    /// Safe to call more than once. Without it the same happens when the last reference is gone.
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

/// Everything but the letters, digits and marks that RFC 3986 leaves as they are.
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
