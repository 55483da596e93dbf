public import PGSchemaReports
public import PGWire

/// Why a comparison failed. The description says what is wrong and what to do.
public enum SchemaComparisonError: ShownError {
    /// The declared schema contradicts itself.
    case badDeclaration([String])
    /// No schema of the search path exists.
    case noSchema
    /// The role may not create a scratch schema in the database.
    case noScratchSchema(ServerError)
    /// The scratch database has another major version, which may print the same SQL differently.
    case versionMismatch(live: Int, scratch: Int)
    /// The server refuses a statement of the declaration.
    case refused(ServerError)
    /// The live schema cannot be copied into the scratch schema, for example because something that it uses is missing.
    case cannotCopy(ServerError)
    /// Tables whose owners are not trusted: their code would run as this role.
    case untrustedTables([(table: String, owner: String)])
    /// The live schema has an object of another kind under a declared name: `emails is a view`.
    case kindMismatch([String])
    /// Possible renames, on which the options must decide.
    case ambiguous([SchemaRename])
    /// A requested rename that does not fit the schemas: its text and the reason.
    case badRename(String, reason: String)

    /// The text of the description.
    package var shown: ShownText {
        switch self {
        case .badDeclaration(let problems):
            "the declared schema is not consistent:\n\(lines: problems)"
        case .noSchema:
            "no schema of the search path exists, so there is nothing to compare with: create it, or set search_path"
        case .noScratchSchema(let error):
            """
            comparing needs a schema of its own for a moment (it is rolled back), and the role may not make one:
            \(error: error)
            Grant it CREATE on the database, or name another database by --scratch-url, for example of a local PostgreSQL \
            of the same version.
            """
        case .versionMismatch(let live, let scratch):
            "the scratch database is PostgreSQL \(scratch) and the live one \(live): take one of the same major version"
        case .refused(let error):
            // With a position, the error shows the statement itself.
            "the server does not take what the declared schema says:\n\(error: error)"
                + (error.position == nil ? Self.statement(of: error) : "")
        case .cannotCopy(let error):
            """
            the live schema differs from the declared one, but cannot be copied into a scratch schema to find out how:
            \(error: error)\(Self.statement(of: error))
            """
        case .untrustedTables(let tables):
            """
            to compare, the live tables are made again for a moment, which runs code that their owners have put into checks, \
            defaults and indexes, as this role. Not trusted with that are:
            \(lines: tables.map { "\($0.table), which belongs to \($0.owner)" })
            Say --ignore TABLE for what belongs to another program. The owners of the database and of the schema are trusted, so give \
            the database to who owns the tables (ALTER DATABASE … OWNER TO …), or compare as that role.
            """
        case .kindMismatch(let others):
            """
            the declared schema has plain tables and enum types, and the database has under the same name something else:
            \(lines: others)
            Take it out of the declaration if it is to stay, and write its revisions by hand; or rename one of the two.
            """
        case .ambiguous(let candidates):
            """
            these may be renamed or may be replaced, and only you can know:
            \(lines: candidates.map { "\($0.from) -> \($0.to) (\($0.kind.rawValue))" })
            Say for each one --rename \(candidates.first?.text ?? "old=new"), which keeps what is in it, or \
            --drop \(candidates.first?.from ?? "old"), which does not; --no-rename drops all of them.
            """
        case .badRename(let text, let reason):
            "--rename \(text): \(reason)"
        }
    }

    /// The statement, below the error. It is indented, because names in it may contain line breaks.
    private static func statement(of error: ServerError) -> ShownText {
        guard let sql = error.sql else { return "" }
        return "\nin:\n\(lines: sql.lines)"
    }
}
