#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A place to look for server programs: a directory, or a pattern with one `*` in its last or last but one component.
struct SearchPath: Sendable {
    let pattern: String

    /// In order of preference: those that the user set, those of `make servers`, those of the system.
    static var current: [SearchPath] {
        var patterns: [String] = []
        if let directory = environmentVariable("POSTGRES_BIN_DIR") { patterns.append(directory) }
        if let directory = environmentVariable("POSTGRES_SERVERS_DIR") {
            patterns.append("\(directory)/*/bin")
        } else {
            patterns.append("/opt/pgwire-servers/*/bin")
            if let home = environmentVariable("HOME") { patterns.append("\(home)/.cache/pgwire-servers/*/bin") }
        }
        patterns += [
            "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
            "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
        ]
        return (patterns + Self.executables).map(SearchPath.init)
    }

    /// The absolute directories in `PATH`.
    static var executables: [String] {
        (environmentVariable("PATH") ?? "").unicodeScalars.split(separator: ":").filter { $0.first == "/" }.map(
            String.init)
    }

    /// The existing directories, sorted.
    var directories: [String] {
        guard let star = pattern.utf8.firstIndex(of: UInt8(ascii: "*")) else { return [pattern] }
        let before = pattern[..<star]
        guard let slash = before.utf8.lastIndex(of: UInt8(ascii: "/")) else { return [] }
        let parent = String(before[..<slash])
        let prefix = before[before.utf8.index(after: slash)...]
        let rest = pattern[pattern.utf8.index(after: star)...]
        return Self.names(in: parent).filter { $0.utf8.starts(with: prefix.utf8) && $0.utf8.first != UInt8(ascii: ".") }
            .map { "\(parent)/\($0)\(rest)" }.filter { access($0, X_OK) == 0 }
    }

    /// The names in a directory, sorted, without `.` and `..`; none when it cannot be read.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
