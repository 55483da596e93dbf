#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The environment variable `name`; nil when it is not set or empty.
func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}

/// Adds `text` to a file in one write.
func append(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
    defer { close(descriptor) }
    var text = text
    let count = text.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
    guard count == text.utf8.count else { throw FileError(path: path, number: errno) }
}

struct FileError: Error {
    let path: String
    let number: Int32
}

/// The memory that this process has in use, in bytes: the peak where the system does not tell the present.
func residentMemory() -> Int {
    #if canImport(Glibc)
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 200)
    guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
    let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    #else
    var usage = rusage()
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss
    #endif
}

/// Writes `text` to a file that may exist already, which then keeps its owner and mode.
func overwrite(_ path: String, with text: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
    close(descriptor)
    try append(text, to: path)
}

func changeMode(_ path: String, to mode: mode_t) { chmod(path, mode) }

/// A directory that is gone with the test.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/pgwire-live-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    deinit {
        guard let directory = opendir(path) else { return }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            unlink("\(path)/\(name)")
        }
        closedir(directory)
        rmdir(path)
    }
}

/// The text of a file.
func text(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw FileError(path: path, number: errno) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while true {
        let byte = getc(file)
        if byte == EOF { return String(decoding: bytes, as: UTF8.self) }
        bytes.append(UInt8(truncatingIfNeeded: byte))
    }
}

/// The permissions of a file.
func mode(of path: String) throws -> mode_t {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError(path: path, number: errno) }
    return status.st_mode & 0o777
}
