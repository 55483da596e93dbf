import LocalPostgres

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A directory in which a server that does not run as root may have its own.
struct ScratchDirectory {
    let path: String

    init() throws {
        var template = Array("/var/tmp/pgwire-chaos-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(number: errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        chmod(path, 0o755)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func remove() async {
        _ = try? await BlockingThread.run { [path] in
            try ChildProcess.output(of: ["/bin/rm", "-rf", "--", path])
        }
    }

    struct Failure: Error {
        let number: Int32
    }
}
