#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The unprivileged user that servers run as when this program runs as root, as servers refuse to.
struct RunUser: Sendable, Equatable {
    let user: uid_t
    let group: gid_t

    /// Nil when this program does not run as root. Else the owner of `directory` if that is not root (only its owner
    /// can run a cluster), else `postgres`, else `nobody`.
    static func choose(owning directory: String?) throws -> RunUser? {
        guard geteuid() == 0 else { return nil }
        var status = stat()
        if let directory, stat(directory, &status) == 0, status.st_uid != 0 {
            return RunUser(user: status.st_uid, group: status.st_gid)
        }
        for name in ["postgres", "nobody"] {
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            var buffer = [CChar](repeating: 0, count: 16384)
            if getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil, entry.pw_uid != 0 {
                return RunUser(user: entry.pw_uid, group: entry.pw_gid)
            }
        }
        throw LocalPostgresError.noUnprivilegedUser("there is neither a user postgres nor a user nobody")
    }

    /// The words to put before a command so that it runs as this user. A program changes the user, as Swift must not
    /// run between fork and exec.
    func launcher() throws -> [String] {
        for directory in ["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin"] {
            let setpriv = "\(directory)/setpriv"
            if access(setpriv, X_OK) == 0 {
                return [setpriv, "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--"]
            }
        }
        throw LocalPostgresError.noUnprivilegedUser("setpriv is missing (Debian: apt install util-linux)")
    }

    /// Whether this user can access the content of `directory`; parts of the path that do not exist yet don't count.
    func canTraverse(_ directory: String) -> Bool {
        var path = ""
        for component in ["/"] + directory.unicodeScalars.split(separator: "/").map({ "/" + String($0) }) {
            path = component == "/" ? "/" : (path == "/" ? component : path + component)
            var status = stat()
            guard stat(path, &status) == 0 else { return true }
            let bit: mode_t = status.st_uid == user ? 0o100 : status.st_gid == group ? 0o010 : 0o001
            if status.st_mode & bit == 0 { return false }
        }
        return true
    }
}
