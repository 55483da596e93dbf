/// Schemas for backups: one script for each family of objects.
package enum BackupSchemas {
    /// A script, and what its backup is to hold beside the default schema.
    package struct Case: Sendable, CustomStringConvertible {
        package let name: String
        package let script: String
        /// The schemas instead of the default one.
        package var schemas: [String] = []
        package var hasLargeObjects = false
        /// The oldest server that has it.
        package var since = 15
        package var description: String { name }
    }

    package static let all = [
        Case(name: "code that reads tables", script: codeThatReadsTables),
        Case(name: "extensions", script: extensions),
        Case(name: "privileges", script: privileges),
        Case(name: "two schemas", script: twoSchemas, schemas: ["public", "extra"]),
        Case(name: "tables of tables", script: tablesOfTables),
        Case(name: "cycles", script: cycles),
        Case(name: "latecomers", script: latecomers),
        Case(name: "languages and operators", script: languagesAndOperators),
        Case(name: "publications", script: publications, hasLargeObjects: true),
        Case(name: "details", script: details),
        Case(name: "newer details", script: newerDetails, since: 18),
        Case(name: "named schemas", script: namedSchemas, schemas: ["app", "other"]),
    ]
}
