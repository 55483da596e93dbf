/// An error of a local server, pooler or certificate authority. `description` says what happened and what to do.
public enum LocalPostgresError: Error, Sendable, Equatable {
    /// No suitable PostgreSQL server is installed. `searched` lists the directories that were looked at.
    case installationNotFound(major: Int?, searched: [String])
    /// No PgBouncer is installed. `searched` lists the files that were looked for.
    case pgBouncerNotFound(searched: [String])
    /// TLS was required, but the server at this path was built without it.
    case tlsNotSupported(binDirectory: String)
    /// An option is invalid, or contradicts an existing lasting cluster.
    case invalidOption(String)
    /// A lasting directory is used by the process with this id.
    case directoryInUse(path: String, processIdentifier: Int32)
    /// A lasting directory contains something other than a cluster made by this library.
    case notACluster(path: String, reason: String)
    /// The program runs as root, and there is no other user to run the server as, which refuses to run as root.
    case noUnprivilegedUser(String)
    /// A program failed. `log` is the end of its output.
    case programFailed(program: String, status: Int32, log: String)
    /// A program was not ready within the timeout. `log` is the end of its output.
    case timedOut(program: String, seconds: Double, log: String)
    /// The TCP port is in use; 0 when no free port was found.
    case portInUse(Int)
    /// A system call failed.
    case systemCall(name: String, path: String, errorNumber: Int32)
    /// OpenSSL failed to make or read a key or certificate.
    case openSSL(String)
}

extension LocalPostgresError: CustomStringConvertible {
    /// What happened, what was searched, and what to install or change.
    public var description: String {
        switch self {
        case .installationNotFound(let major, let searched):
            let wanted = major.map { "PostgreSQL \($0) is" } ?? "PostgreSQL (14 or newer) is"
            return "\(wanted) not installed. Install it (Debian: apt install postgresql; macOS: brew install "
                + "postgresql; in PGWire's own checkout: make servers) or set POSTGRES_BIN_DIR. Searched: "
                + searched.joined(separator: ", ")
        case .pgBouncerNotFound(let searched):
            return "PgBouncer is not installed. Install it (Debian: apt install pgbouncer; macOS: brew install "
                + "pgbouncer). Searched: " + searched.joined(separator: ", ")
        case .tlsNotSupported(let binDirectory):
            return "The server in \(binDirectory) was built without TLS; choose another or don't require TLS."
        case .invalidOption(let reason):
            return reason
        case .directoryInUse(let path, let processIdentifier):
            return "\(path) is in use by process \(processIdentifier); stop it first."
        case .notACluster(let path, let reason):
            return "\(path) cannot be used as the cluster's directory: \(reason)"
        case .noUnprivilegedUser(let reason):
            return "PostgreSQL does not run as root, and no other user can be used: \(reason)"
        case .programFailed(let program, let status, let log):
            return "\(program) failed with status \(status):\n\(log)"
        case .timedOut(let program, let seconds, let log):
            return "\(program) was not ready after \(seconds) s:\n\(log)"
        case .portInUse(let port):
            return port == 0 ? "No free TCP port was found on 127.0.0.1." : "127.0.0.1:\(port) is already in use."
        case .systemCall(let name, let path, let errorNumber):
            return "\(name)(\(path)): \(systemMessage(errorNumber))"
        case .openSSL(let reason):
            return "OpenSSL: \(reason)"
        }
    }
}
