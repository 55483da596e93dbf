#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file that gets its name only when it is complete and on disk.
///
/// Until then it is `NAME.partial` in the same directory, readable by its owner alone. A lock tells whether another process
/// writes it; what a killed process has left is overwritten.
final class NewFile {
    private let descriptor: Int32
    private let path: String
    private let replaces: Bool
    /// Its name until it is complete.
    var partial: String { path + ".partial" }
    private var isDone = false

    /// Creates the partial file.
    ///
    /// - Throws: ``BackupError`` when the file exists, unless `replacing`, or cannot be created.
    init(path: String, replacing: Bool) throws(BackupError) {
        var status = stat()
        if lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { throw .notReplaceable(path) }
            guard replacing else { throw .fileExists(path) }
        }
        descriptor = try Self.open(path)
        self.path = path
        replaces = replacing
    }

    private static func open(_ path: String) throws(BackupError) -> Int32 {
        let partial = path + ".partial"
        while true {
            #if canImport(Darwin)
            let descriptor = Darwin.open(partial, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
            #else
            let descriptor = Glibc.open(partial, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
            #endif
            guard descriptor >= 0 else { throw .file(action: "written", path: partial, errorNumber: errno) }
            do throws(BackupError) {
                guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .fileInUse(path) }
                var ours = stat()
                var there = stat()
                guard fstat(descriptor, &ours) == 0, ours.st_mode & S_IFMT == S_IFREG, ours.st_nlink <= 1,
                    ours.st_uid == geteuid()
                else { throw .file(action: "written", path: partial, errorNumber: EEXIST) }
                // Whoever held the lock before may have moved the file to its final name meanwhile.
                if lstat(partial, &there) == 0, there.st_ino == ours.st_ino, there.st_dev == ours.st_dev {
                    guard fchmod(descriptor, 0o600) == 0, ftruncate(descriptor, 0) == 0 else {
                        throw .file(action: "written", path: partial, errorNumber: errno)
                    }
                    return descriptor
                }
            } catch {
                close(descriptor)
                throw error
            }
            close(descriptor)
        }
    }

    func write(_ bytes: [UInt8]) throws(BackupError) {
        do throws(WriteFailure) {
            try FileBytes.write(bytes, to: descriptor)
        } catch {
            throw .file(action: "written", path: partial, errorNumber: error.errorNumber)
        }
    }

    /// Syncs the file to disk and gives it its name.
    ///
    /// - Throws: ``BackupError``. There is no new file then.
    func finish() throws(BackupError) {
        guard fsync(descriptor) == 0 else { throw .file(action: "written", path: partial, errorNumber: errno) }
        if replaces {
            guard rename(partial, path) == 0 else { throw .file(action: "made", path: path, errorNumber: errno) }
        } else {
            try giveUnusedName()
        }
        isDone = true
        syncDirectory()
    }

    /// Creating a link fails if the name exists; a rename would replace that file.
    private func giveUnusedName() throws(BackupError) {
        if link(partial, path) == 0 {
            unlink(partial)
            return
        }
        guard errno != EEXIST else { throw .fileExists(path) }
        // The file system has no links.
        guard access(path, F_OK) != 0 else { throw .fileExists(path) }
        guard rename(partial, path) == 0 else { throw .file(action: "made", path: path, errorNumber: errno) }
    }

    /// Syncs the directory. Errors are ignored: some file systems cannot, and the file exists in any case.
    private func syncDirectory() {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        #if canImport(Darwin)
        let descriptor = Darwin.open(directory, O_RDONLY | O_CLOEXEC)
        #else
        let descriptor = Glibc.open(directory, O_RDONLY | O_CLOEXEC)
        #endif
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    deinit {
        if !isDone { unlink(path + ".partial") }
        close(descriptor)
    }
}

/// Reads and writes file descriptors.
enum FileBytes {
    static func write(_ bytes: [UInt8], to descriptor: Int32) throws(WriteFailure) {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                #if canImport(Darwin)
                Darwin.write(descriptor, buffer.baseAddress.map { $0 + start }, buffer.count - start)
                #else
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + start }, buffer.count - start)
                #endif
            }
            if count > 0 {
                start += count
            } else if errno != EINTR {
                throw WriteFailure(errorNumber: errno)
            }
        }
    }

    /// Reads what is available, at most `count` bytes; none at the end.
    static func read(_ count: Int, from descriptor: Int32) throws(WriteFailure) -> [UInt8] {
        while true {
            var result = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
                #if canImport(Darwin)
                result = Darwin.read(descriptor, buffer.baseAddress, count)
                #else
                result = Glibc.read(descriptor, buffer.baseAddress, count)
                #endif
                used = max(result, 0)
            }
            if result >= 0 { return bytes }
            if errno != EINTR { throw WriteFailure(errorNumber: errno) }
        }
    }
}

/// A read or a write failed.
struct WriteFailure: Error { let errorNumber: Int32 }
