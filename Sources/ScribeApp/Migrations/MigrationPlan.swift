#if ScribeApp
/// The steps from one height of the line to another.
package struct MigrationPlan: Sendable {
    /// In the order in which they run.
    package let steps: [Step]

    /// One revision, one way.
    package struct Step: Sendable {
        package let direction: Direction
        package let revision: Revision

        /// The version before the step; nil at base.
        package var from: String? { direction == .upgrade ? revision.downRevision : revision.id }
        /// The version after the step; nil at base.
        package var to: String? { direction == .upgrade ? revision.id : revision.downRevision }
        package var statements: [Revision.Statement] { direction == .upgrade ? revision.up : revision.down }

        /// `upgrade A -> B, title`.
        package var label: String {
            "\(direction.rawValue) \(from ?? "<base>") -> \(to ?? "<base>"), \(revision.title)"
        }
    }

    package enum Direction: String, Sendable {
        case upgrade, downgrade
    }

    /// Finds the steps that a command means.
    ///
    /// `target` is `head`, `base`, an id, the beginning of one, `+N` (upgrade) or `-N` (downgrade); `here` is the database's
    /// height.
    ///
    /// - Throws: ``MigrationError`` when the target is unknown, ambiguous, lies the wrong way or is too far.
    package init(
        _ direction: Direction, to target: String, from here: Int, in graph: RevisionGraph
    ) throws(MigrationError) {
        let there = try Self.height(of: target, direction, from: here, in: graph)
        switch direction {
        case .upgrade:
            // An older target is no error: the database has that revision already.
            steps = there > here ? graph.line[here..<there].map { Step(direction: .upgrade, revision: $0) } : []
        case .downgrade:
            guard there <= here else {
                throw .downgradeToNewer(graph.line[there - 1].id, current: graph.label(height: here))
            }
            steps = graph.line[there..<here].reversed().map { Step(direction: .downgrade, revision: $0) }
        }
    }

    private static func height(
        of target: String, _ direction: Direction, from here: Int, in graph: RevisionGraph
    ) throws(MigrationError) -> Int {
        guard let sign = target.first, sign == "+" || sign == "-" else { return try graph.height(named: target) }
        let expected: Character = direction == .upgrade ? "+" : "-"
        let digits = target.dropFirst()
        guard sign == expected, digits.allSatisfy(\.isNumber), let count = Int(digits), count > 0 else {
            throw .badRelativeTarget(target, direction)
        }
        let available = direction == .upgrade ? graph.line.count - here : here
        guard count <= available else {
            throw .tooFewSteps(target, available: available, current: graph.label(height: here))
        }
        return direction == .upgrade ? here + count : here - count
    }
}
#endif
