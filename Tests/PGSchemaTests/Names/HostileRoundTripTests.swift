import PGSchemaLint
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import PGWireTesting
import Testing
import TestSupport

/// `migrate test` of revisions about hostile names.
@Suite(.timeLimit(.minutes(5))) struct HostileRoundTripTests {
    private func report(_ revisions: Revision...) async throws -> RoundTripReport {
        let database = try await TestServers.shared.cluster(major: 17).makeDatabase()
        return try await RoundTrip(scratch: database, graph: RevisionGraph(revisions)).run()
    }

    private func findings(_ report: RoundTripReport, _ step: RoundTripReport.Step.Name) -> Set<String> {
        Set(report.steps.filter { $0.name == step }.flatMap(\.findings).map { "\($0.kind.rawValue): \($0.detail)".hex })
    }

    @Test func everyNameComesBack() async throws {
        let objects = NamedObjects.all
        let separator = ";\n"
        let report = try await report(
            .of(
                "a", after: nil, up: objects.creation.joined(separator: separator),
                down: objects.removal.joined(separator: separator)),
            .of(
                "b", after: "a",
                up: objects.names.map { "ALTER TABLE \($0.asName) ADD more int" }.joined(separator: separator),
                down: objects.names.map { "ALTER TABLE \($0.asName) DROP more" }.joined(separator: separator)))
        #expect(report.steps.flatMap(\.findings) == [])
        // Two rows in each table with each seeding.
        let rows = 2 * objects.names.count
        #expect(report.steps.map(\.rowCount).prefix(5) == [0, rows, 0, rows, 2 * rows])
        print("names: \(objects.names.count) up, down and up again")
    }

    /// Equal keys in a dictionary were a trap: they are two tables, columns, sequences and types.
    @Test(arguments: [("é", "e\u{301}"), ("K", "\u{212A}"), ("a\u{30A}", "å")])
    func twinsAreTwo(one: String, other: String) async throws {
        func creation(_ name: String) -> String {
            let name = name.asName
            return """
                CREATE SEQUENCE \("s\(name.dropFirst().dropLast())".asName);
                CREATE TYPE \("t\(name.dropFirst().dropLast())".asName) AS ENUM ('\(one)', '\(other)');
                CREATE TABLE \(name) (\(one.asName) int, \(other.asName) int, CONSTRAINT \(one.asName) CHECK (\(one.asName) > 0),
                    CONSTRAINT \(other.asName) CHECK (\(other.asName) > 5));
                """
        }
        func removal(_ name: String) -> String {
            "DROP TABLE \(name.asName); DROP TYPE \("t\(name)".asName); DROP SEQUENCE \("s\(name)".asName);"
        }
        let whole = try await report(
            .of("a", after: nil, up: creation(one) + creation(other), down: removal(other) + removal(one)))
        #expect(whole.steps.flatMap(\.findings) == [])
        #expect(whole.steps.map(\.rowCount) == [0, 4, 0, 4, 0])
        // What is left of the one is not taken for the other.
        let half = try await report(
            .of("a", after: nil, up: creation(one), down: removal(one)),
            .of("b", after: "a", up: creation(other), down: "SELECT 1"))
        #expect(
            findings(half, .down).isSuperset(of: [
                "residue: table \(other.asName) is there and was not before".hex,
                "residue: type \("t\(other)".asName) is there and was not before".hex,
                "residue: sequence \("s\(other)".asName) is there and was not before".hex,
            ]))
        #expect(!findings(half, .down).contains { $0.contains(" \(one.asName)".hex) })
    }

    /// A list of names is told from one name with a comma in it.
    @Test func listsAreNotNames() async throws {
        let setup = Revision.of(
            "a", after: nil, up: "CREATE TYPE t AS ENUM ('a, b'); CREATE TABLE x (\"a, b\" int)",
            down: "DROP TABLE x; DROP TYPE t")
        let report = try await report(
            setup,
            .of(
                "b", after: "a", up: "DROP TYPE t; CREATE TYPE t AS ENUM ('a', 'b')",
                down: "DROP TYPE t; CREATE TYPE t AS ENUM ('a', 'b')"))
        #expect(
            findings(report, .down) == [
                "restored-otherwise: type t was \"e 'a, b'\" and is \"e 'a', 'b'\"".hex
            ], "\(report.steps.flatMap(\.findings))")
    }

    @Test func columnsOfTheOtherAreNotItsOwn() async throws {
        // Of the one a column is missing; of the other only the order has changed.
        let report = try await report(
            .of(
                "a", after: nil, up: "CREATE TABLE \"é\" (a int, b int); CREATE TABLE \"e\u{301}\" (a int, b int)",
                down: "DROP TABLE \"é\"; DROP TABLE \"e\u{301}\""),
            .of(
                "b", after: "a", up: "ALTER TABLE \"é\" DROP a; ALTER TABLE \"e\u{301}\" DROP a",
                down: "ALTER TABLE \"e\u{301}\" ADD a int"))
        let found = findings(report, .down)
        #expect(found.contains("not-restored: column \"é\".a is gone".hex), "\(report.steps.flatMap(\.findings))")
        #expect(found.contains { $0.hasPrefix("column-order: columns of \"e\u{301}\"".hex) })
        #expect(!found.contains { $0.hasPrefix("column-order: columns of \"é\"".hex) })
    }

    @Test func whatIsPrintedIsNotObeyed() async throws {
        let report = try await report(
            .of(
                "a", after: nil, up: HostileNames.all.map { "CREATE TABLE \($0.asName) ()" }.joined(separator: ";\n"),
                down: "SELECT 1"))
        let lines = report.steps.flatMap(\.lines)
        #expect(lines.filter(\.hasControls) == [])
        #expect(lines.contains { $0.contains("residue: table \"\\u{202E}abc\" is there") }, "\(lines)")
    }
}
