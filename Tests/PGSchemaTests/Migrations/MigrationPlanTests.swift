import PGSchemaMigrations
import Testing
import TestSupport

/// The table of spec/schema.md 4.7, as far as it needs no database.
@Suite struct MigrationPlanTests {
    private let graph: RevisionGraph

    init() throws { graph = try RevisionGraph.scribe() }

    /// What a plan comes to: the versions it passes through, or the error.
    private func outcome(_ direction: MigrationPlan.Direction, _ target: String, from here: Int) -> String {
        do throws(MigrationError) {
            let current = here == 0 ? [] : [graph.revisions[here - 1].id]
            let steps = try MigrationPlan(direction, to: target, from: current, in: graph).steps
            return steps.map { ($0.after.first ?? "base").prefix(4) }.joined(separator: " ")
        } catch {
            return switch error {
            case .unknownRevision: "unknown"
            case .ambiguousRevision: "ambiguous"
            case .tooFewSteps: "too few"
            case .downgradeToNewer: "newer"
            case .badRelativeTarget: "bad"
            default: "\(error)"
            }
        }
    }

    @Test(arguments: [
        (10, "head", ""), (8, "head", "a0cd bbdd"), (0, "4c10", "4c10"), (3, "3494", "3494"), (9, "3494", ""),
        (9, "base", ""), (0, "+2", "4c10 5afd"), (9, "+1", "bbdd"), (10, "+1", "too few"), (8, "+3", "too few"),
        (0, "xyz", "unknown"), (0, "", "unknown"), (0, "3", "ambiguous"), (0, "-1", "bad"), (0, "+0", "bad"),
        (0, "+x", "bad"), (0, "+", "bad"), (2, "9f243b0c00f9", "9f24"),
        (3, "heads-6", "3494"), (0, "5afd-1", "4c10"), (5, "current+1", "ea71"), (2, "xyz+1", "unknown"),
        (1, "9f24+1+", "bad"),
        (0, "5afd+1", "4c10 5afd 9f24"), (8, "head+1", "too few"), (0, "base+1", "4c10"), (0, "head--1", "bad"),
    ])
    func upgrade(from here: Int, to target: String, expected: String) {
        #expect(outcome(.upgrade, target, from: here) == expected)
    }

    @Test(arguments: [
        (10, "-1", "a0cd"), (1, "-1", "base"), (0, "-1", "too few"), (2, "-3", "too few"), (2, "base", "4c10 base"),
        (0, "base", ""), (5, "3494", "3494"), (4, "3494", ""), (3, "3494", "newer"), (9, "head", "newer"),
        (10, "head", ""), (5, "nope", "unknown"), (5, "+1", "bad"), (5, "-0", "bad"), (5, "--1", "bad"),
        (4, "head-7", "9f24"), (6, "9f24+1", "fa53 3494"),
    ])
    func downgrade(from here: Int, to target: String, expected: String) {
        #expect(outcome(.downgrade, target, from: here) == expected)
    }

    @Test func labelsNameBothEnds() throws {
        let up = try MigrationPlan(.upgrade, to: "+1", from: [], in: graph).steps
        #expect(up.map(\.label) == ["upgrade <base> -> 4c1052b2c70b, users and emails tables"])
        let down = try MigrationPlan(.downgrade, to: "-1", from: ["bbddd04b993d"], in: graph).steps
        #expect(down.map(\.label) == ["downgrade bbddd04b993d -> a0cdf47631c6, queue_items table"])
    }

    /// `a`, then `b` and `c` side by side, then `d` after both; `e` after `d` has no way back.
    private static func diamond() throws -> RevisionGraph {
        func revision(_ id: String, _ down: [String], back: [Revision.Statement]? = []) -> Revision {
            Revision(id: id, downRevisions: down, title: id, file: "\(id).sql", up: [], down: back)
        }
        return try RevisionGraph(
            [
                revision("a", []), revision("b", ["a"]), revision("c", ["a"]), revision("d", ["b", "c"]),
                revision("e", ["d"], back: nil),
            ], versionTable: .scribe)
    }

    /// The rows of the version table before and after each step.
    private func rows(_ direction: MigrationPlan.Direction, _ target: String, from current: String...) throws
        -> [String]
    {
        let steps = try MigrationPlan(direction, to: target, from: current, in: try Self.diamond()).steps
        return steps.map { step in
            "\(step.before.sorted().joined(separator: ",")) > \(step.after.sorted().joined(separator: ","))"
        }
    }

    @Test func branchesAreRowsOfTheirOwnUntilTheyAreMerged() throws {
        #expect(try rows(.upgrade, "d") == [" > a", "a > b", "b > b,c", "b,c > d"])
        #expect(try rows(.upgrade, "c", from: "b") == ["b > b,c"])
        #expect(try rows(.upgrade, "d", from: "c") == ["c > b,c", "b,c > d"])
        #expect(try rows(.downgrade, "base", from: "d") == ["d > b,c", "b,c > b", "b > a", "a > "])
        #expect(try rows(.downgrade, "a", from: "b", "c") == ["b,c > b", "b > a"])
        // Back to b: what follows b goes, and c stays.
        #expect(try rows(.downgrade, "b", from: "d") == ["d > b,c"])
    }

    @Test func stepsAreNotCountedAcrossAFork() {
        #expect(throws: MigrationError.self) { try rows(.upgrade, "+2") }
        #expect(throws: MigrationError.self) { try rows(.downgrade, "-1", from: "d") }
        #expect(throws: MigrationError.self) { try rows(.upgrade, "+1", from: "b", "c") }
    }

    /// It would end the migration's own transaction and leave half of it behind.
    @Test(arguments: [
        ("COMMIT", true), ("begin", true), ("START TRANSACTION READ ONLY", true), ("End", true), ("ABORT", true),
        ("ROLLBACK AND CHAIN", true), ("PREPARE TRANSACTION 'x'", true), ("COPY a FROM STDIN", true),
        ("\\i other.sql\nSELECT 1", true), ("ROLLBACK TO x", false), ("SAVEPOINT x", false),
        ("PREPARE x AS SELECT 1", false),
        ("COPY a FROM PROGRAM 'stdin'", false), ("SELECT 'COMMIT'", false),
    ])
    func whatNoMigrationMayCarryOutStopsThePlan(text: String, isRefused: Bool) throws {
        for isTransactional in [true, false] {
            let revision = Revision(
                id: "a", downRevisions: [], title: "a", file: "a.sql", isTransactional: isTransactional,
                up: [.init(text: "SELECT 1", line: 6), .init(text: text, line: 7)], down: [])
            let graph = try RevisionGraph([revision], versionTable: .scribe)
            do {
                _ = try MigrationPlan(.upgrade, to: "head", from: [], in: graph)
                #expect(!isRefused)
            } catch {
                #expect(isRefused)
                #expect("\(error)".hasPrefix("a.sql line 7 "), "\(error)")
            }
        }
    }

    @Test func aStepWithoutAWayBackStopsThePlan() {
        #expect(throws: MigrationError.self) { try rows(.downgrade, "base", from: "e") }
    }
}
