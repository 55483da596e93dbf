#if ScribeApp
import LocalPostgres
import PGWire

extension LocalPostgres {
    struct ToolFailed: Error { let tool: String, status: Int32, output: String }

    /// What one of the installation's own programs writes to standard output: `pg_dump`, `psql`.
    func output(of tool: String, _ arguments: [String], database: String) async throws -> String {
        let connection = "host=\(host) port=\(port) user=\(user) password=\(password) dbname=\(database)"
        let command = ["\(installation.binDirectory)/\(tool)", "--dbname=\(connection)"] + arguments
        let answer = try await BlockingThread.run { try ChildProcess.output(of: command) }
        guard answer.status == 0 else { throw ToolFailed(tool: tool, status: answer.status, output: answer.text) }
        return answer.text
    }

    /// The schema of a database as `pg_dump` writes it, without the random words of its `\restrict`.
    func schemaDump(of database: String, _ options: String...) async throws -> String {
        let text = try await output(of: "pg_dump", ["--schema-only", "--no-owner"] + options, database: database)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.filter { !$0.hasPrefix("\\restrict ") && !$0.hasPrefix("\\unrestrict ") }.joined(separator: "\n")
    }
}
#endif
