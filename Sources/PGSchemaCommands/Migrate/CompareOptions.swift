#if SchemaCommands
import ArgumentParser
import PGSchemaCatalog
import PGSchemaComparison
import PGSchemaLint
import PGSchemaMigrations
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// What is compared, and what is a rename.
    struct CompareOptions: ParsableArguments {
        @Option(help: "A rename: users=people, emails.old=new. May be repeated.")
        var rename: [String] = []
        @Option(help: "What is dropped although it may have been renamed: users, emails.old. May be repeated.")
        var drop: [String] = []
        @Flag(help: "Drop everything that may have been renamed.")
        var noRename = false
        @Option(help: "A table or an enum type of another tool, which is not compared. May be repeated.")
        var ignore: [String] = []
        @Flag(help: "Leave comments alone that are not declared.")
        var ignoreComments = false
        @Flag(help: "Leave storage parameters and settings of columns alone that are not declared.")
        var ignoreStorage = false
        @Option(
            help: """
                Another database of the same major version, as postgres://ROLE@HOST/NAME, to compare in when the role may \
                make no schema in this one. Nothing stays there. The password is that of SCRATCH_PASSWORD.
                """)
        var scratchUrl: String?
        @Flag(help: "Build new indexes concurrently, in a revision of their own.")
        var concurrently = false

        /// Compares the database with the declared schema. The database must be at the newest revision.
        func compare<R>(
            _ graph: RevisionGraph, _ body: (SchemaComparison, Connection, _ scratch: Connection?) async throws -> R
        ) async throws -> R {
            var options = SchemaComparison.Options()
            options.renames = try rename.map(SchemaRename.Request.init)
            options.drops = Set(drop.map { SQLIdentifier($0) })
            options.dropsAll = noRename
            options.buildsIndexesConcurrently = concurrently
            options.ignored = Set(ignore.map { SQLIdentifier($0) })
            options.leavesStorage = ignoreStorage
            options.versionTable = graph.versionTable.name
            let scratch = try scratchUrl.map { try ScratchURL<Project>.configuration($0) }
            return try await ScratchURL<Project>.mappingFailures {
                try await Project.withDatabase { [options] database in
                    try await Connection.withConnection(database.configuration) { db in
                        let current = try await graph.versionTable.current(in: graph, db)
                        guard Set(current) == Set(graph.heads) else {
                            throw MigrationError.notAtHead(current: graph.label(current), heads: graph.heads)
                        }
                        var options = options
                        // What another tool has run may have made comments of its own.
                        let record = try await MigrationRecord.read(from: graph.versionTable, db)
                        options.leavesComments = ignoreComments || !record.covers(graph.history(of: current))
                        let declared = try await Self.declared(graph, db)
                        let autogenerate = SchemaComparison(declared, options: options)
                        guard let scratch else { return try await body(autogenerate, db, nil) }
                        return try await ScratchDatabase.mappingLoginFailures {
                            try await Connection.withConnection(scratch) { try await body(autogenerate, db, $0) }
                        }
                    }
                }
            }
        }

        /// The declared schema; without one, the schema that the revisions create on a throwaway server of the same major
        /// version.
        private static func declared(_ graph: RevisionGraph, _ db: Connection) async throws -> Schema {
            if let schema = Project.schema { return schema }
            let major = try await db.serverMajor
            return try await cancellingOnSignal("nothing was changed") {
                try await ScratchDatabase.with(nil, major: major) { configuration in
                    do {
                        try await Migrator(configuration: configuration, graph: graph).run(.upgrade, to: "heads")
                    } catch MigrationError.interrupted {
                        throw CancellationError()
                    } catch let error as MigrationError {
                        throw ReplayFailure(reason: error)
                    }
                    return try await Connection.withConnection(configuration) {
                        try await Schema(readingDefaultSchemaOf: $0, versionTable: graph.versionTable.name)
                    }
                }
            }
        }
    }
}

/// The revisions do not run where they were to show what the schema should be.
private struct ReplayFailure: ShownError {
    let reason: any Error

    var shown: ShownText {
        """
        no schema is declared, so the revisions were run on a throwaway PostgreSQL to compare with what they make; there, and \
        not in the database: \(error: reason)
        What they need from outside, such as roles, must be made by a revision, or be left out of the comparison.
        """
    }
}
#endif
