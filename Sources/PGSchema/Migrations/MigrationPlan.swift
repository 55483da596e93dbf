import PGSchemaSQL

/// The steps from a database's revision to a target, for a dry run or a ``MigrationScript``.
public struct MigrationPlan: Sendable {
    /// In the order in which they run.
    public let steps: [Step]

    /// One revision, upgraded or downgraded.
    public struct Step: Sendable {
        /// The direction.
        public let direction: Direction
        /// The revision.
        public let revision: Revision
        /// What the version table holds before the step.
        public let before: Set<String>
        /// What it holds after it.
        public let after: Set<String>

        /// A step as a plan makes it.
        package init(
            direction: Direction, revision: Revision, before: Set<String>, after: Set<String>
        ) {
            self.direction = direction
            self.revision = revision
            self.before = before
            self.after = after
        }

        /// The statements that the step runs.
        ///
        /// - Throws: ``MigrationError/irreversibleStep(_:)``, ``MigrationError/badStatement(_:_:reason:)``
        public var statements: [Revision.Statement] {
            get throws(MigrationError) {
                guard let statements = direction == .upgrade ? revision.up : revision.down else {
                    throw .irreversibleStep(revision)
                }
                for statement in statements {
                    guard let reason = statement.objection else { continue }
                    throw .badStatement(revision, statement, reason: reason)
                }
                return statements
            }
        }

        /// `upgrade A -> B, title`.
        public var label: String {
            let (from, to) =
                direction == .upgrade ? (revision.parents, revision.id) : (revision.id, revision.parents)
            return "\(direction.rawValue) \(from) -> \(to), \(revision.title)"
        }
    }

    /// Which way a plan goes through the revisions.
    public enum Direction: String, Sendable {
        /// Up to newer revisions.
        case upgrade
        /// Down to older ones.
        case downgrade
    }

    /// Finds the steps.
    ///
    /// `target` is `head`, `heads`, `base`, `current`, an id or the beginning of one, any of these followed by `+N` or `-N`, or
    /// `+N` (upgrade) and `-N` (downgrade) from the database's revision. `current` is what the version table holds.
    ///
    /// - Throws: ``MigrationError`` when the target is unknown, ambiguous, in the wrong direction or too far, when a
    ///   revision cannot be downgraded, or when it has a statement that no migration may run.
    public init(
        _ direction: Direction, to target: String, from current: [String], in graph: RevisionGraph
    ) throws(MigrationError) {
        let there = try Self.target(target, direction, current, graph)
        var applied = graph.history(of: current)
        let wanted: [Revision]
        switch direction {
        case .upgrade:
            // An older target is no error: the database has that revision already.
            let missing = graph.history(of: there).subtracting(applied)
            wanted = graph.revisions.filter { missing.contains($0.id) }
        case .downgrade:
            if let id = there.first(where: { !applied.contains($0) }) {
                throw .downgradeToNewer(id, current: graph.label(current))
            }
            let extra = there.isEmpty ? applied : graph.future(of: there).subtracting(there).intersection(applied)
            wanted = graph.revisions.reversed().filter { extra.contains($0.id) }
        }
        var steps: [Step] = []
        for revision in wanted {
            let before = Set(graph.tips(of: applied))
            if direction == .upgrade { applied.insert(revision.id) } else { applied.remove(revision.id) }
            let after = Set(graph.tips(of: applied))
            let step = Step(direction: direction, revision: revision, before: before, after: after)
            // Before anything is done, so that a statement that cannot run is not found half way.
            _ = try step.statements
            steps.append(step)
        }
        self.steps = steps
    }

    private static func target(
        _ target: String, _ direction: Direction, _ current: [String], _ graph: RevisionGraph
    ) throws(MigrationError) -> [String] {
        // Relative to the database's revision, each direction has its own sign.
        guard graph[target] == nil, let sign = target.first, sign == "+" || sign == "-" else {
            return try graph.revisions(named: target, current: current)
        }
        guard (sign == "+") == (direction == .upgrade) else { throw .badRelativeTarget(target, direction) }
        return try graph.revisions(named: target, current: current)
    }
}
