import PGSchemaSQL

/// The steps from what a database holds to a target.
public struct MigrationPlan: Sendable {
    /// In the order in which they run.
    public let steps: [Step]

    /// One revision, one way.
    public struct Step: Sendable {
        /// Up or down.
        public let direction: Direction
        /// The revision.
        public let revision: Revision
        /// What the version table holds before the step.
        public let before: Set<String>
        /// What it holds after it.
        public let after: Set<String>

        /// A step as a plan makes it.
        public init(
            direction: Direction, revision: Revision, before: Set<String>, after: Set<String>
        ) {
            self.direction = direction
            self.revision = revision
            self.before = before
            self.after = after
        }

        /// - Throws: ``MigrationError/noWayBack(_:)``, ``MigrationError/badStatement(_:_:reason:)``
        public var statements: [Revision.Statement] {
            get throws(MigrationError) {
                guard let statements = direction == .upgrade ? revision.up : revision.down else {
                    throw .noWayBack(revision)
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

    /// Up to newer revisions, or down to older ones.
    public enum Direction: String, Sendable {
        case upgrade, downgrade
    }

    /// Finds the steps that a command means.
    ///
    /// `target` is `head`, `heads`, `base`, `current`, an id or the beginning of one, any of these followed by `+N` or `-N`, or
    /// `+N` (upgrade) and `-N` (downgrade) from where the database is. `current` is what the version table holds.
    ///
    /// - Throws: ``MigrationError`` when the target is unknown, ambiguous, lies the wrong way, is too far, or when there is
    ///   no way back or a statement that no migration may carry out.
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
            // Before anything is done: what cannot be carried out must not be found half way.
            _ = try step.statements
            steps.append(step)
        }
        self.steps = steps
    }

    private static func target(
        _ target: String, _ direction: Direction, _ current: [String], _ graph: RevisionGraph
    ) throws(MigrationError) -> [String] {
        // From where the database is, each direction has its own sign.
        guard graph[target] == nil, let sign = target.first, sign == "+" || sign == "-" else {
            return try graph.revisions(named: target, current: current)
        }
        guard (sign == "+") == (direction == .upgrade) else { throw .badRelativeTarget(target, direction) }
        return try graph.revisions(named: target, current: current)
    }
}
