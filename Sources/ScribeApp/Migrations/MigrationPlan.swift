#if ScribeApp
/// The steps from what a database holds to a target.
package struct MigrationPlan: Sendable {
    /// In the order in which they run.
    package let steps: [Step]

    /// One revision, one way.
    package struct Step: Sendable {
        package let direction: Direction
        package let revision: Revision
        /// What the version table holds before the step.
        package let before: Set<String>
        /// What it holds after it.
        package let after: Set<String>

        /// - Throws: ``MigrationError/noWayBack(_:)``
        package var statements: [Revision.Statement] {
            get throws(MigrationError) {
                if direction == .upgrade { return revision.up }
                guard let down = revision.down else { throw .noWayBack(revision) }
                return down
            }
        }

        /// `upgrade A -> B, title`.
        package var label: String {
            let (from, to) =
                direction == .upgrade ? (revision.parents, revision.id) : (revision.id, revision.parents)
            return "\(direction.rawValue) \(from) -> \(to), \(revision.title)"
        }
    }

    package enum Direction: String, Sendable {
        case upgrade, downgrade
    }

    /// Finds the steps that a command means.
    ///
    /// `target` is `head`, `heads`, `base`, `current`, an id or the beginning of one, any of these followed by `+N` or `-N`, or
    /// `+N` (upgrade) and `-N` (downgrade) from where the database is. `current` is what the version table holds.
    ///
    /// - Throws: ``MigrationError`` when the target is unknown, ambiguous, lies the wrong way, is too far, or when there is
    ///   no way back.
    package init(
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
            // Before anything is done: a step without a way back must not be found half way.
            _ = try step.statements
            steps.append(step)
        }
        self.steps = steps
    }

    private static func target(
        _ target: String, _ direction: Direction, _ current: [String], _ graph: RevisionGraph
    ) throws(MigrationError) -> [String] {
        guard graph[target] == nil, let (name, steps) = try relative(target, direction) else {
            return try graph.revisions(named: target, current: current)
        }
        let start = name.isEmpty ? current : try graph.revisions(named: name, current: current)
        return try graph.revisions(steps, from: start, target: target)
    }

    /// `name+2` as name and steps; nil when it ends in neither `+…` nor `-…`.
    private static func relative(
        _ target: String, _ direction: Direction
    ) throws(MigrationError) -> (name: String, steps: Int)? {
        guard let sign = target.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
        let name = String(target[..<sign])
        let digits = target[sign...].dropFirst()
        let isOurWay = (target[sign] == "+") == (direction == .upgrade)
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int(digits), count > 0,
            name.isEmpty ? isOurWay : name.last != "-" && name.last != "+"
        else { throw .badRelativeTarget(target, direction) }
        return (name, target[sign] == "+" ? count : -count)
    }
}
#endif
