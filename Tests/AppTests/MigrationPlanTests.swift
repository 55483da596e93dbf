#if ScribeApp
import ScribeApp
import Testing

/// The table of spec/schema.md 4.7, as far as it needs no database.
@Suite struct MigrationPlanTests {
    private let graph: RevisionGraph

    init() throws { graph = try RevisionGraph.scribe() }

    /// What a plan comes to: the versions it passes through, or the error.
    private func outcome(_ direction: MigrationPlan.Direction, _ target: String, from here: Int) -> String {
        do throws(MigrationError) {
            let steps = try MigrationPlan(direction, to: target, from: here, in: graph).steps
            return steps.map { ($0.to ?? "base").prefix(4) }.joined(separator: " ")
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
    ])
    func upgrade(from here: Int, to target: String, expected: String) {
        #expect(outcome(.upgrade, target, from: here) == expected)
    }

    @Test(arguments: [
        (10, "-1", "a0cd"), (1, "-1", "base"), (0, "-1", "too few"), (2, "-3", "too few"), (2, "base", "4c10 base"),
        (0, "base", ""), (5, "3494", "3494"), (4, "3494", ""), (3, "3494", "newer"), (9, "head", "newer"),
        (10, "head", ""), (5, "nope", "unknown"), (5, "+1", "bad"), (5, "-0", "bad"), (5, "--1", "bad"),
    ])
    func downgrade(from here: Int, to target: String, expected: String) {
        #expect(outcome(.downgrade, target, from: here) == expected)
    }

    @Test func labelsNameBothEnds() throws {
        let up = try MigrationPlan(.upgrade, to: "+1", from: 0, in: graph).steps
        #expect(up.map(\.label) == ["upgrade <base> -> 4c1052b2c70b, users and emails tables"])
        let down = try MigrationPlan(.downgrade, to: "-1", from: 10, in: graph).steps
        #expect(down.map(\.label) == ["downgrade bbddd04b993d -> a0cdf47631c6, queue_items table"])
    }
}
#endif
