#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What libpq asks the operating system for: the user, the home directory, and the text of small files.
enum OperatingSystem {
    /// The name of the user that this process runs as; nil when the system has no name for its ID.
    static var userName: String? { user(geteuid())?.name }

    /// The home directory that the system's user database gives for the user that this process runs as.
    static var homeDirectory: String? { user(geteuid())?.home }

    /// The name of the user with this ID, if there is one.
    static func userName(of userID: uid_t) -> String? { user(userID)?.name }

    private static func user(_ userID: uid_t) -> (name: String, home: String)? {
        // A directory service may need more than the system suggests.
        for size in [4096, 65_536, 1 << 20] {
            var buffer = [CChar](repeating: 0, count: size)
            var entry = unsafe passwd()
            var result: UnsafeMutablePointer<passwd>?
            let code = unsafe getpwuid_r(userID, &entry, &buffer, size, &result)
            if code == ERANGE { continue }
            guard code == 0, unsafe result != nil, let name = unsafe entry.pw_name else { return nil }
            let home = unsafe entry.pw_dir.map { unsafe String(cString: $0) } ?? ""
            return (unsafe String(cString: name), home)
        }
        return nil
    }

    /// The value of an environment variable.
    enum Variable {
        case text(String)
        case notUTF8
        case absent
    }

    /// The environment variable `name` of this process.
    static func variable(_ name: String) -> Variable {
        guard let value = unsafe getenv(name) else { return .absent }
        return unsafe String(validatingCString: value).map(Variable.text) ?? .notUTF8
    }

    /// What became of reading a file.
    enum FileReading {
        /// Its bytes, and whether its group or others have any permission for it.
        case bytes([UInt8], isOpenToOthers: Bool)
        case absent
        /// What the file is, or why it cannot be read.
        case unusable(String)
    }

    /// Reads a file of at most 16 MiB. Never waits, as a named pipe would make it.
    static func read(_ path: String) -> FileReading {
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return failure() }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return failure() }
        guard status.st_mode & S_IFMT == S_IFREG else { return .unusable("it is not a plain file") }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = unsafe part.withUnsafeMutableBytes { part in
                unsafe systemRead(descriptor, part.baseAddress, part.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return failure() }
            if count == 0 { break }
            bytes += part.prefix(count)
            guard bytes.count <= 1 << 24 else { return .unusable("it is larger than 16 MiB") }
        }
        return .bytes(bytes, isOpenToOthers: status.st_mode & 0o077 != 0)
    }

    private static func failure() -> FileReading {
        switch errno {
        case ENOENT, ENOTDIR: .absent
        case EACCES, EPERM: .unusable("this process may not read it")
        case let code: .unusable("the system says error \(code)")
        }
    }

    private static func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
        unsafe Glibc.read(descriptor, bytes, count)
        #else
        unsafe Darwin.read(descriptor, bytes, count)
        #endif
    }
}
