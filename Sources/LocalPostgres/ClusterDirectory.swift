import COpenSSL

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A cluster's directory: `data` (PGDATA), `pgpass`, `server.log` and the certificates.
struct ClusterDirectory: Sendable {
    let path: String
    /// The directory of the Unix socket, removed at the end. For a throwaway cluster the same as `path`.
    let runtimePath: String
    let isTemporary: Bool
    let user: RunUser?
    /// Held by this process, and by the supervisor until the server has ended.
    let lock: Descriptor?

    var data: String { path + "/data" }
    /// Renamed to `data` when it is complete, so that an incomplete cluster is never used.
    var newData: String { path + "/data.new" }
    var log: String { path + "/server.log" }

    func file(_ name: String) -> PrivateFile { PrivateFile(path: "\(path)/\(name)") }

    /// The major version of the existing cluster.
    var major: Int? {
        PrivateFile(path: data + "/PG_VERSION").read().flatMap {
            Int(String($0.unicodeScalars.prefix { ("0"..."9").contains($0) }))
        }
    }

    init(temporaryFor user: RunUser?) throws {
        path = try TemporaryDirectory.make(owner: user)
        runtimePath = path
        isTemporary = true
        self.user = user
        lock = nil
    }

    /// Opens or makes a lasting directory and locks it.
    init(lasting wanted: String) throws {
        let owner = try RunUser.choose(owning: wanted)
        let path = try Self.reachable(wanted, owner: owner)
        self.path = path
        let user = try RunUser.choose(owning: path)
        self.user = user
        isTemporary = false
        try Self.makeOrCheck(path, user: user)
        // The lock file is made first, so a directory that is not empty and has none belongs to something else.
        let names = SearchPath.names(in: path)
        guard names.isEmpty || names.contains(where: { $0 == "lock" }) else {
            throw LocalPostgresError.notACluster(path: path, reason: "it holds other files.")
        }
        lock = try Self.lock(path)
        // Only now that it is known to be empty or a cluster's: the server must be able to write in it.
        if let user { try systemCall("chown", path) { chown(path, user.user, user.group) } }
        runtimePath = try TemporaryDirectory.make(owner: user)
    }

    /// The path itself, or one in /var/tmp derived from it when the server's user cannot access it (such as root's
    /// home, whose permissions are not changed).
    private static func reachable(_ path: String, owner: RunUser?) throws -> String {
        guard let owner, !owner.canTraverse(path) else { return path }
        var digest = [UInt8](repeating: 0, count: 32)
        let bytes = Array(path.utf8)
        SHA256(bytes, bytes.count, &digest)
        let name = digest.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "/var/tmp/pgwire-\(getuid())-\(name)"
    }

    private static func makeOrCheck(_ path: String, user: RunUser?) throws {
        var parent = ""
        for component in path.unicodeScalars.split(separator: "/").dropLast() {
            parent += "/" + String(component)
            if mkdir(parent, 0o755) != 0, errno != EEXIST, access(parent, F_OK) != 0 {
                throw LocalPostgresError.systemCall(name: "mkdir", path: parent, errorNumber: errno)
            }
        }
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw LocalPostgresError.systemCall(name: "mkdir", path: path, errorNumber: errno)
        }
        var status = stat()
        try systemCall("lstat", path) { lstat(path, &status) }
        // In /var/tmp other users may have made something at this path.
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw LocalPostgresError.notACluster(path: path, reason: "it is not a directory.")
        }
        guard status.st_uid == geteuid() || status.st_uid == user?.user else {
            throw LocalPostgresError.notACluster(path: path, reason: "it belongs to another user.")
        }
    }

    /// Takes the lock. If its holder has died, waits until its supervisor has stopped the server.
    private static func lock(_ path: String) throws -> Descriptor {
        let name = path + "/lock"
        let file = try Descriptor(opening: name, O_RDWR | O_CREAT | O_NOFOLLOW)
        for attempt in 0... {
            if flock(file.number, LOCK_EX | LOCK_NB) == 0 { break }
            let holder = pid_t(file.readAll()) ?? 0
            let isAlive = holder > 0 && (kill(holder, 0) == 0 || errno == EPERM)
            if isAlive || attempt > 900 {
                throw LocalPostgresError.directoryInUse(path: path, processIdentifier: holder)
            }
            usleep(50_000)
        }
        let text = Array("\(getpid())".utf8)
        try systemCall("ftruncate", name) { ftruncate(file.number, 0) }
        try systemCall("pwrite", name) { pwrite(file.number, text, text.count, 0) }
        return file
    }
}
