public import PGSchemaReports
public import PGWire

/// Why no revision was generated.
public enum SchemaComparisonError: ShownError {
    /// The declared schema contradicts itself.
    case badDeclaration([String])
    /// The search path names no schema that there is.
    case noSchema
    /// The role must not make a schema in the database.
    case noScratch(ServerError)
    /// The scratch database is of another major version, which may print the same differently.
    case otherVersion(live: Int, scratch: Int)
    /// The server does not take a statement that the declaration means.
    case refused(ServerError)
    /// The live schema cannot be built again in the scratch schema, as something that it uses is not there.
    case cannotCopy(ServerError)
    /// Tables belong to somebody whose code is not to be run by this role: table and owner.
    case strangers([(table: String, owner: String)])
    /// Under a declared name the live schema has something that is not compared: `emails is a view`.
    case otherKind([String])
    /// Something went and something like it came, and nobody said whether it is the same.
    case ambiguous([SchemaRename])
    /// A rename that was asked for does not fit.
    case badRename(String, reason: String)

    /// What is wrong and what to do.
    public var shown: ShownText {
        switch self {
        case .badDeclaration(let problems):
            "the declared schema is not consistent:\n\(lines: problems)"
        case .noSchema:
            "no schema of the search path exists, so there is nothing to compare with: create it, or set search_path"
        case .noScratch(let error):
            """
            comparing needs a schema of its own for a moment (it is rolled back), and the role may not make one:
            \(error: error)
            Grant it CREATE on the database, or name another database by --scratch-url, for example of a local PostgreSQL \
            of the same version.
            """
        case .otherVersion(let live, let scratch):
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
        case .strangers(let tables):
            """
            to compare, the live tables are made again for a moment, which runs code that their owners have put into checks, \
            defaults and indexes, as this role. Not trusted with that are:
            \(lines: tables.map { "\($0.table), which belongs to \($0.owner)" })
            Say --ignore TABLE for what belongs to another program. The owners of the database and of the schema are trusted, so give \
            the database to who owns the tables (ALTER DATABASE … OWNER TO …), or compare as that role.
            """
        case .otherKind(let others):
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

    /// The statement, below the error; its lines are indented, as names in it may have more than one.
    private static func statement(of error: ServerError) -> ShownText {
        guard let sql = error.sql else { return "" }
        return "\nin:\n\(lines: sql.lines)"
    }
}
