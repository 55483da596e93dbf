#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A small text file that only its owner may read: configuration, passwords, keys.
struct PrivateFile: Sendable {
    let path: String

    /// The content; nil when the file does not exist.
    func read() -> String? {
        (try? Descriptor(opening: path, O_RDONLY | O_NOFOLLOW))?.readToEnd()
    }

    /// Replaces the file atomically, with mode 0600 and, when running as root, owned by `owner`. A symbolic link at
    /// its path is replaced, not followed.
    func write(_ text: String, owner: RunUser? = nil) throws {
        let new = path + ".new"
        unlink(new)
        let file = try Descriptor(opening: new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        // The umask may have removed bits.
        try systemCall("fchmod", new) { fchmod(file.number, 0o600) }
        if let owner { try systemCall("fchown", new) { fchown(file.number, owner.user, owner.group) } }
        var bytes = ArraySlice(Array(text.utf8))
        while !bytes.isEmpty {
            let count = try systemCall("write", new) { bytes.withUnsafeBytes { sys_write(file.number, $0) } }
            bytes = bytes.dropFirst(count)
        }
        try systemCall("rename", path) { rename(new, path) }
    }

    /// The last lines, for error messages.
    func tail(lines: Int = 25) -> String {
        let all = (read() ?? "").unicodeScalars.split(separator: "\n").map(String.init)
        return all.isEmpty ? "(it wrote nothing)" : all.suffix(lines).joined(separator: "\n")
    }
}

private func sys_write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
