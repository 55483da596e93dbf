#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A new directory with a short path that only its owner may access.
enum TemporaryDirectory {
    /// Makes one in `TMPDIR`, or in `/tmp` when `TMPDIR` is too long or not accessible to `owner`.
    ///
    /// The path of a Unix socket has room for 103 bytes (macOS; 107 on Linux); PgBouncer takes one more.
    static func make(owner: RunUser?) throws -> String {
        var parent = environmentVariable("TMPDIR") ?? "/tmp"
        while parent.utf8.last == UInt8(ascii: "/") { parent.unicodeScalars.removeLast() }
        if parent.utf8.first != UInt8(ascii: "/") || parent.utf8.count > 60 || owner?.canTraverse(parent) == false {
            parent = "/tmp"
        }
        var template = Array("\(parent)/pgwire-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw LocalPostgresError.systemCall(name: "mkdtemp", path: parent, errorNumber: errno)
        }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        if let owner { try systemCall("chown", path) { chown(path, owner.user, owner.group) } }
        return path
    }

    /// Makes the directory again at the same path, after it was removed.
    static func makeAgain(_ path: String, owner: RunUser?) throws {
        try systemCall("mkdir", path) { mkdir(path, 0o700) }
        if let owner { try systemCall("chown", path) { chown(path, owner.user, owner.group) } }
    }
}
