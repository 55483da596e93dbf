#if SchemaCommands
import ArgumentParser
import PGSchemaCatalog
import PGSchemaComparison
import PGSchemaLint
import PGSchemaMigrations
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// What is compared and what is taken for a rename.
    struct Comparing: ParsableArguments {
        @Option(help: "Something has only got another name: users=people, emails.old=new. May be repeated.")
        var rename: [String] = []
        @Option(help: "Something goes although it might have got another name: users, emails.old. May be repeated.")
        var drop: [String] = []
        @Flag(help: "Whatever is gone is dropped; nothing was renamed.")
        var noRename = false
        @Option(help: "A table or an enum type that is another tool's: it is left alone. May be repeated.")
        var ignore: [String] = []
        @Option(
            help: """
                Another database of the same major version, as postgres://ROLE@HOST/NAME, to compare in when the role may \
                make no schema in this one. Nothing stays there. The password is that of SCRATCH_PASSWORD.
                """)
        var scratchUrl: String?
        @Flag(help: "Build new indexes concurrently, in a revision of their own.")
        var concurrently = false

        /// Compares the database, which must be at the newest revision, with the declared schema.
        func compare<R>(
            _ graph: RevisionGraph, _ body: (SchemaComparison, Connection, _ scratch: Connection?) async throws -> R
        ) async throws -> R {
            var options = SchemaComparison.Options()
            options.renames = try rename.map(SchemaRename.Request.init)
            options.drops = Set(drop.map { SQLIdentifier($0) })
            options.dropsAll = noRename
            options.buildsIndexesConcurrently = concurrently
            options.ignored = Set(ignore.map { SQLIdentifier($0) })
            options.versionTable = graph.versionTable.name
            let scratch = try scratchUrl.map { try ScratchURL<Project>.configuration($0) }
            return try await ScratchURL<Project>.explaining {
                try await Project.withDatabase { [options] database in
                    try await Connection.withConnection(database.configuration) { db in
                        let current = try await graph.versionTable.current(in: graph, db)
                        guard Set(current) == Set(graph.heads) else {
                            throw MigrationError.notAtHead(current: graph.label(current), heads: graph.heads)
                        }
                        let declared = try await Self.declared(graph, db)
                        let autogenerate = SchemaComparison(declared, options: options)
                        guard let scratch else { return try await body(autogenerate, db, nil) }
                        return try await ScratchDatabase.tellingLoginsApart {
                            try await Connection.withConnection(scratch) { try await body(autogenerate, db, $0) }
                        }
                    }
                }
            }
        }

        /// The schema as the program declares it; without a declaration, as the revisions make it on a throwaway server of
        /// the same major version.
        private static func declared(_ graph: RevisionGraph, _ db: Connection) async throws -> Schema {
            if let schema = Project.schema { return schema }
            let major = Int(try await db.serverVersion.unicodeScalars.prefix { $0 != "." }.description)
            return try await cancellingOnSignal("nothing was changed") {
                try await ScratchDatabase.with(nil, major: major) { configuration in
                    try await Migrator(configuration: configuration, graph: graph).run(.upgrade, to: "heads")
                    return try await Connection.withConnection(configuration) {
                        try await Schema(readingDefaultSchemaOf: $0, versionTable: graph.versionTable.name)
                    }
                }
            }
        }
    }
}
#endif
