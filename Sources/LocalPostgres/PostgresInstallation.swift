#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif
import Synchronization

/// An installed PostgreSQL server.
///
/// ```swift
/// let newest = try PostgresInstallation.find()
/// print(newest.binDirectory, newest.version, newest.supportsTLS)
/// ```
public struct PostgresInstallation: Sendable, Equatable {
    /// The directory of `postgres`, `initdb` and the other programs.
    public let binDirectory: String
    /// The version as the server prints it: `17.10`, `15.18 (Debian 15.18-0+deb12u1)`, `18beta1`.
    public let version: String
    /// The major version: 17 of `17.10`.
    public let major: Int
    /// Whether the server was built with TLS. Tested by turning `ssl` on, as its build options only say how it was
    /// meant to be built.
    public let supportsTLS: Bool

    /// The oldest supported major version.
    public static let oldestMajor = 14

    private static let known = Mutex<[String: PostgresInstallation]>([:])

    /// Inspects the programs in `binDirectory`, which takes some milliseconds the first time.
    ///
    /// - Throws: `LocalPostgresError` when there is no working server in it.
    public init(binDirectory: String) throws {
        if let known = Self.known.withLock({ $0[binDirectory] }) {
            self = known
            return
        }
        for program in ["postgres", "initdb"] {
            let path = "\(binDirectory)/\(program)"
            try systemCall("access", path) { access(path, X_OK) }
        }
        let postgres = "\(binDirectory)/postgres"
        let answer = try ChildProcess.output(of: [postgres, "--version"])
        // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
        let marker = "(PostgreSQL) "
        guard answer.status == 0, answer.text.contains(marker),
            let scalars = answer.text.unicodeScalars.split(separator: "\n").first,
            let version = scalars.split(separator: " ", maxSplits: 2).last,
            let major = Int(String(version.prefix { ("0"..."9").contains($0) }))
        else { throw LocalPostgresError.programFailed(program: postgres, status: answer.status, log: answer.text) }
        self.binDirectory = binDirectory
        self.version = String(version)
        self.major = major
        // Prints the setting and exits before it looks for data, also as root. Without TLS `ssl=on` is an error.
        let trial = try ChildProcess.output(
            of: [postgres, "-C", "ssl", "-c", "ssl=on", "-c", "data_directory=/nonexistent"]
                + ["config_file", "hba_file", "ident_file"].flatMap { ["-c", "\($0)=/dev/null"] })
        supportsTLS = trial.status == 0 && trial.text.utf8.starts(with: "on".utf8)
        Self.known.withLock { $0[binDirectory] = self }
    }

    /// The best installation of a major version: the one in `POSTGRES_BIN_DIR`; else one with TLS before one without,
    /// then the newest, then the first in the order of `all`.
    ///
    /// - Parameter major: The required major version; nil for any supported one.
    /// - Returns: The installation. Finding it takes some milliseconds the first time.
    /// - Throws: `LocalPostgresError.installationNotFound`, which names all directories that were searched; other
    ///   errors when there is no working server in `POSTGRES_BIN_DIR`.
    public static func find(major: Int? = nil) throws -> PostgresInstallation {
        // A directory that is named explicitly is used even without TLS.
        if let directory = environmentVariable("POSTGRES_BIN_DIR") {
            let named = try PostgresInstallation(binDirectory: directory)
            if named.major == major ?? named.major { return named }
        }
        var best: PostgresInstallation?
        for candidate in all() where candidate.major == major ?? candidate.major {
            guard let current = best else {
                best = candidate
                continue
            }
            let isBetter =
                candidate.supportsTLS == current.supportsTLS
                ? candidate.major > current.major : candidate.supportsTLS
            if isBetter { best = candidate }
        }
        guard let best else {
            throw LocalPostgresError.installationNotFound(
                major: major, searched: SearchPath.current.map(\.pattern))
        }
        return best
    }

    /// All usable installations: the one in `POSTGRES_BIN_DIR`, `<major>/bin` in `POSTGRES_SERVERS_DIR` (without it
    /// `/opt/pgwire-servers` and `~/.cache/pgwire-servers`), the directories of the system's packages, and `PATH`.
    public static func all() -> [PostgresInstallation] {
        var found: [PostgresInstallation] = []
        for directory in SearchPath.current.flatMap(\.directories) {
            guard let installation = try? PostgresInstallation(binDirectory: directory),
                installation.major >= oldestMajor, !found.contains(installation)
            else { continue }
            found.append(installation)
        }
        return found
    }
}
