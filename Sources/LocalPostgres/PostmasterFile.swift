/// The lock file of a running server, `postmaster.pid` (miscadmin.h, LOCK_FILE_LINE_…).
struct PostmasterFile: Sendable {
    let processIdentifier: Int32
    /// Whether it accepts connections.
    let isReady: Bool

    /// Nil when there is no server or the file is incomplete.
    init?(_ dataDirectory: String) {
        guard let text = PrivateFile(path: dataDirectory + "/postmaster.pid").read() else { return nil }
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.first, let identifier = Int32(first) else { return nil }
        processIdentifier = identifier
        isReady = lines.count > 7 && lines[7].utf8.starts(with: "ready".utf8)
    }
}
