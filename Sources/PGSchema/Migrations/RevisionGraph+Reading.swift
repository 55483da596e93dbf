extension RevisionGraph {
    /// Reads the revisions of a directory: all files that end in `.sql`.
    ///
    /// - Parameter versionTable: where a database keeps its revision.
    /// - Throws: ``MigrationError`` when the directory or a file cannot be read, a file is no revision, or the revisions do not
    ///   fit together.
    public init(directory: String, versionTable: VersionTable = .standard) throws(MigrationError) {
        self = try RevisionDirectory(path: directory, versionTable: versionTable).graph()
    }

    /// Reads revisions whose files are embedded in the program.
    ///
    /// - Parameters:
    ///   - files: names and texts. The names order revisions that do not follow each other.
    ///   - versionTable: where a database keeps its revision.
    /// - Throws: ``MigrationError`` when a text is no revision, or the revisions do not fit together.
    public init(
        files: [(name: String, text: String)], versionTable: VersionTable = .standard
    ) throws(MigrationError) {
        var revisions: [Revision] = []
        for (name, text) in files { revisions.append(try RevisionFile.parse(text, name: name)) }
        try self.init(revisions, versionTable: versionTable)
    }
}
