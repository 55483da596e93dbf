extension RevisionGraph {
    /// The revisions of a directory: all its files that end in `.sql`.
    ///
    /// - Parameter versionTable: where a database keeps its place among them.
    /// - Throws: ``MigrationError`` when the directory or a file cannot be read, a file is no revision, or the revisions do not
    ///   fit together.
    public init(directory: String, versionTable: VersionTable = .standard) throws(MigrationError) {
        self = try RevisionDirectory(path: directory, versionTable: versionTable).graph()
    }

    /// Revisions whose files are part of the program.
    ///
    /// - Parameters:
    ///   - files: the names, which say the order where the revisions leave it open, and the texts.
    ///   - versionTable: where a database keeps its place among them.
    /// - Throws: ``MigrationError`` when a text is no revision, or the revisions do not fit together.
    public init(
        files: [(name: String, text: String)], versionTable: VersionTable = .standard
    ) throws(MigrationError) {
        var revisions: [Revision] = []
        for (name, text) in files { revisions.append(try RevisionFile.parse(text, name: name)) }
        try self.init(revisions, versionTable: versionTable)
    }
}
