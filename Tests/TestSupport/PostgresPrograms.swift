import LocalPostgres
import PGSchemaSQL
import PGWire
import Testing

/// PostgreSQL's own programs as witnesses.
extension LocalPostgres {
    package struct ProgramFailed: Error { let arguments: [String], status: Int32, output: String }

    /// Restores a file as its header says; throws when psql does.
    package func restoreByPsql(_ path: String, into database: String) async throws {
        _ = try await run(
            "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", path, "-d", try connectionString(database))
    }

    /// Schema and rows as pg_dump writes them, which is the same for equal databases.
    ///
    /// - Parameter schema: nil for all schemas.
    package func dump(_ database: String, _ options: String..., schema: String? = "public") async throws -> String {
        let text = try await run(
            ["pg_dump"] + (schema.map { ["--schema=\($0)"] } ?? []) + options + [try connectionString(database)])
        // Newer ones begin and end with a random word.
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("\\restrict") && !$0.hasPrefix("\\unrestrict") }.joined(separator: "\n")
    }

    private func connectionString(_ database: String) throws -> String {
        "host=\(host) port=\(port) user=\(user) passfile=\(passwordFile) dbname=\(database) sslmode=prefer"
    }

    private func run(_ arguments: String...) async throws -> String { try await run(arguments) }

    private func run(_ arguments: [String]) async throws -> String {
        let command = ["\(installation.binDirectory)/\(arguments[0])"] + arguments.dropFirst()
        // What it says on standard error is worth having when it fails.
        let shell = ["/bin/sh", "-c", #"exec "$@" 2>&1"#, "sh"] + command
        let (status, text) = try await BlockingThread.run { try ChildProcess.output(of: shell) }
        guard status == 0 else { throw ProgramFailed(arguments: arguments, status: status, output: text) }
        return text
    }
}

/// Any other program; its output.
package func runProgram(_ arguments: String...) async throws -> String {
    let (status, text) = try await BlockingThread.run { try ChildProcess.output(of: arguments) }
    guard status == 0 else {
        throw LocalPostgres.ProgramFailed(arguments: arguments, status: status, output: text)
    }
    return text
}
