/// Schemas for backups: one script for each family of objects.
package enum BackupSchemas {
    /// A script, and the options that its backup needs.
    package struct Case: Sendable, CustomStringConvertible {
        package let name: String
        package let script: String
        package var options: [String] = []
        package var description: String { name }
    }

    package static let all = [
        Case(name: "code that reads tables", script: codeThatReadsTables),
        Case(name: "extensions", script: extensions),
        Case(name: "privileges", script: privileges),
        Case(name: "two schemas", script: twoSchemas, options: ["--schema", "public", "--schema", "extra"]),
        Case(name: "tables of tables", script: tablesOfTables),
        Case(name: "cycles", script: cycles),
        Case(name: "languages and operators", script: languagesAndOperators),
        Case(name: "named schemas", script: namedSchemas, options: ["--schema", "app", "--schema", "other"]),
    ]
}
