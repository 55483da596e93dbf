#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// One place to look for server programs: a directory, or a pattern with one `*` in its last or second but last part.
struct SearchPath: Sendable {
    let pattern: String

    /// In the order of preference: what the user set, what `make servers` fetched, what the system has.
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
        (environmentVariable("PATH") ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
    }

    /// The directories that there are, sorted.
    var directories: [String] {
        guard let star = pattern.firstIndex(of: "*") else { return [pattern] }
        let before = pattern[..<star]
        guard let slash = before.lastIndex(of: "/") else { return [] }
        let parent = String(before[..<slash])
        let prefix = before[before.index(after: slash)...]
        let rest = pattern[pattern.index(after: star)...]
        return Self.names(in: parent).filter { $0.hasPrefix(prefix) && !$0.hasPrefix(".") }
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
