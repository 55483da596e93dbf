import FoundationEssentials
import PGSchemaSQL

/// A directory of revision files, which can be read, and into which new ones are written.
public struct RevisionDirectory {
    /// The path of the directory.
    public let path: String
    private let versionTable: VersionTable

    /// A directory of revision files, which must exist.
    ///
    /// - Parameter versionTable: where a database keeps its revision.
    public init(path: String, versionTable: VersionTable = .standard) {
        self.path = path
        self.versionTable = versionTable
    }

    /// Reads all `.sql` files.
    ///
    /// - Throws: ``MigrationError`` when the directory or a file cannot be read, or the revisions do not fit together.
    public func graph() throws(MigrationError) -> RevisionGraph {
        var revisions: [Revision] = []
        for name in try names() { revisions.append(try RevisionFile.parse(try text(of: name), name: name)) }
        return try RevisionGraph(revisions, versionTable: versionTable)
    }

    private func names() throws(MigrationError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.ends(withBytesOf: ".sql") }
                .sorted()
        } catch {
            throw .badDirectory(
                path,
                FileManager.default.fileExists(atPath: path)
                    ? "it cannot be read" : "there is none here: make it, or name another by --directory")
        }
    }

    private func text(of name: String) throws(MigrationError) -> String {
        do {
            return try String(contentsOfFile: path + "/" + name, encoding: .utf8)
        } catch {
            throw .badRevisionFile(name, "it cannot be read as UTF-8 text")
        }
    }

    /// Writes a new file, such as `0011_title_in_words.sql`. It never overwrites another.
    ///
    /// - Returns: the file's name.
    /// - Throws: ``MigrationError/badDirectory(_:_:)`` when the directory cannot be read or written.
    public func write(_ draft: RevisionDraft) throws(MigrationError) -> String {
        // A number that does not fit is no file's place but a date or the like, and adding 1 might overflow.
        let numbers = try names().compactMap { Int32(String($0.unicodeScalars.prefix { ("0"..."9").contains($0) })) }
        let digits = String(Int(numbers.max() ?? 0) + 1)
        let name = String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_\(draft.slug).sql"
        do {
            try Data(draft.text.utf8).write(to: URL(filePath: path + "/" + name), options: .withoutOverwriting)
        } catch {
            throw .badDirectory(path, "\(name) cannot be written there")
        }
        return name
    }
}
