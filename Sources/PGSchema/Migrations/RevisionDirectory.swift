import FoundationEssentials
import PGSchemaSQL

/// A directory of revision files, where new ones are written.
public struct RevisionDirectory {
    /// The directory.
    public let path: String
    private let versionTable: VersionTable

    package init(path: String, versionTable: VersionTable = .standard) {
        self.path = path
        self.versionTable = versionTable
    }

    /// Reads all `.sql` files.
    ///
    /// - Throws: ``MigrationError``
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
            throw .badDirectory(path, "it cannot be read")
        }
    }

    private func text(of name: String) throws(MigrationError) -> String {
        do {
            return try String(contentsOfFile: path + "/" + name, encoding: .utf8)
        } catch {
            throw .badRevisionFile(name, "it cannot be read as UTF-8 text")
        }
    }

    /// Writes a new revision's file, `0011_title_in_words.sql`, and never over another.
    ///
    /// - Returns: the file's name.
    /// - Throws: ``MigrationError``
    public func write(_ draft: RevisionDraft) throws(MigrationError) -> String {
        // Four digits or so are a file's place; a longer number is a date or what not, and one more may not be a number.
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
