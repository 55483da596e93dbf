import PGSchemaCatalog
import PGWire
import Testing
import TestSupport

/// Every kind of object comes back as it was, with pg_dump of both databases as the witness.
@Suite(.timeLimit(.minutes(3))) struct BackupKindTests {
    @Test(arguments: [15, 17, 18]) func everyKindComesBack(major: Int) async throws {
        try await BackupSite.with(major) { site in
            for schema in BackupSchemas.all {
                let source = try await site.makeDatabase(schema.script)
                let file = "\(schema.name).sql"
                try await site.succeed(source, ["backup", file] + schema.options)
                let original = try await site.cluster.dump(source, schema: nil)
                let target = try await site.makeDatabase()
                try await site.succeed(target, ["restore", file])
                #expect(try await site.cluster.dump(target, schema: nil) == original, "\(schema)")
                try await site.succeed(target, ["restore", "--replace", file])
                #expect(try await site.cluster.dump(target, schema: nil) == original, "\(schema)")
                let byPsql = try await site.makeDatabase()
                try await site.cluster.restoreByPsql("\(site.directory)/\(file)", into: byPsql)
                #expect(try await site.cluster.dump(byPsql, schema: nil) == original, "\(schema)")
            }
        }
    }

    /// Known when the backup is taken, not when it is needed.
    @Test func whatIsNeededFromAnotherSchemaIsNamed() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(BackupSchemas.twoSchemas)
            let outcome = try await site.scribe(source, "backup", "x.sql")
            #expect(outcome.status == 1 && site.files == [])
            for sentence in [
                "view public.vx needs table extra.x", "table public.t needs function extra.f()",
                "table public.u needs type extra.e", "table public.w needs sequence extra.s",
                "constraint t_b_fkey on table public.t needs table extra.x", "--schema NAME", "--expect NAME",
            ] {
                #expect(outcome.problems.contains(sentence), "\(outcome.problems)")
            }
            // Where the other schema is there, as auth is at Supabase, it need not be in the backup.
            try await site.succeed(source, "backup", "--expect", "extra", "public.sql")
            try await site.succeed(source, "backup", "--schema", "extra", "extra.sql")
            let target = try await site.makeDatabase()
            try await site.succeed(target, "restore", "extra.sql")
            try await site.succeed(target, "restore", "public.sql")
            #expect(try await site.cluster.dump(target, schema: nil) == site.cluster.dump(source, schema: nil))
            let missing = try await site.scribe(source, "backup", "--schema", "nowhere", "x.sql")
            #expect(missing.problems.contains("there is no schema nowhere"), "\(missing.problems)")
        }
    }

    /// The default schema need not be there in a database that has nothing yet.
    @Test func aSchemaThatIsNotThereIsCreated() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase("CREATE SCHEMA shop; CREATE TABLE shop.t (x int)")
            try await Connection.withConnection(site.configuration(source)) { db in
                try await db.execute("ALTER DATABASE \(identifier: source) SET search_path = shop")
            }
            try await site.succeed(source, "backup", "shop.sql")
            let target = try await site.makeDatabase()
            try await site.succeed(target, "restore", "shop.sql")
            #expect(try await site.cluster.dump(target, schema: "shop") == site.cluster.dump(source, schema: "shop"))
        }
    }

    @Test func ownersOnRequest() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(BackupSchemas.owners)
            let original = try await site.cluster.dump(source, schema: nil)
            let target = try await site.makeDatabase()
            try await site.succeed(source, ["backup", "--owners", "x.sql"])
            try await site.succeed(target, "restore", "x.sql")
            #expect(try await site.cluster.dump(target, schema: nil) == original)
            #expect(original.contains("OWNER TO backup_one"))
        }
    }
}
