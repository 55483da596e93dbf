import Foundation
import PGWireTesting

/// What the repository has to begin with.
enum Fixtures {
    /// The directory of the repository's `Fixtures`.
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

    /// The recorded sessions.
    static let transcripts: [FuzzSeed] = files("transcripts").compactMap { file in
        (try? Transcript(text(file))).flatMap { try? FuzzSeed($0) }
    }

    static func path(_ folder: String) -> String { directory.appending(path: folder).path }

    static func files(_ folder: String) -> [URL] {
        let found = try? FileManager.default.contentsOfDirectory(
            at: directory.appending(path: folder), includingPropertiesForKeys: nil)
        return (found ?? []).sorted { $0.path < $1.path }
    }

    static func inputs(_ folder: String) -> [(name: String, bytes: [UInt8])] {
        files(folder).filter { $0.lastPathComponent.first != "." }
            .map { ($0.lastPathComponent, (try? Data(contentsOf: $0)).map { [UInt8]($0) } ?? []) }
    }

    static func text(_ file: URL) -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

    static func lines(_ path: String) -> [Substring] { text(directory.appending(path: path)).split(separator: "\n") }
}
