import PGSchemaCatalog
public import PGSchemaMigrations
import PGSchemaSQL
public import PGWire

/// Proves revisions on a scratch database: each goes up, down and up again, with rows in every table.
///
/// After the way down the schema must be what it was before, and the rows that were there must still be as they were;
/// the second way up must lead where the first did. In the end the whole line goes down to base and up again.
public struct RoundTrip {
    private typealias Step = RoundTripReport.Step
    private typealias Finding = RoundTripReport.Finding

    private var configuration: Connection.Configuration
    private let graph: RevisionGraph
    private let print: (String) -> Void
    private var report = RoundTripReport(server: "")
    /// What values are made of.
    private var number = 0

    /// - Parameters:
    ///   - configuration: leads to an empty database.
    ///   - print: is given each line of the report when it is known.
    public init(
        scratch configuration: Connection.Configuration, graph: RevisionGraph,
        print: @escaping (String) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.configuration.statementTimeout = nil
        self.graph = graph
        self.print = print
    }

    /// Runs it.
    ///
    /// - Parameter first: the id of the first revision to prove; nil for all.
    /// - Throws: `PostgresError`; ``MigrationError/stepFailed(_:_:reason:)`` when a revision before the first fails.
    public func run(from first: String? = nil) async throws -> RoundTripReport {
        var copy = self
        return try await copy.runAll(from: first)
    }

    private mutating func runAll(from first: String?) async throws -> RoundTripReport {
        let server = try await Connection.withConnection(configuration) { try await $0.serverVersion }
        report = RoundTripReport(server: server)
        let empty = try await catalog()
        let revisions = graph.revisions
        let start = first.flatMap { id in revisions.firstIndex { $0.id == id } } ?? 0
        for revision in revisions[..<start] { try await ScratchRun(configuration).apply(revision, .upgrade) }
        var isWhole = true
        for revision in revisions[start...] {
            isWhole = try await prove(revision)
            guard isWhole else { break }
        }
        if isWhole, first == nil, !revisions.isEmpty { try await proveLine(revisions, empty) }
        print(report.summary)
        return report
    }

    // MARK: One revision

    /// - Returns: whether the database is at the revision afterwards.
    private mutating func prove(_ revision: Revision) async throws -> Bool {
        var steps: [Step] = []
        let isWhole = try await run(revision, &steps)
        allow(revision, in: &steps)
        for step in steps { add(step) }
        return isWhole
    }

    private mutating func run(_ revision: Revision, _ steps: inout [Step]) async throws -> Bool {
        var up = Step(name: .up, revision: revision)
        up.findings += try await seed()
        let catalogBefore = try await catalog()
        let isUp = try await go(revision, .upgrade, &up)
        let rowsBefore = isUp.rows
        steps.append(up)
        guard isUp.isDone else { return false }
        let catalogUp = try await catalog()

        var down = Step(name: .down, revision: revision)
        down.findings += try await seed()
        let isDown = try await go(revision, .downgrade, &down)
        if isDown.isDone {
            down.findings += Self.findings(afterDown: catalogBefore.differences(to: try await catalog()))
            if !isUp.lostRows, !isDown.lostRows {
                down.findings += rowsBefore.valuesLost(in: try await rows()).map {
                    Finding(kind: .valuesLost, detail: $0)
                }
            }
        }
        steps.append(down)
        guard isDown.isDone else { return false }

        var again = Step(name: .upAgain, revision: revision)
        let isUpAgain = try await go(revision, .upgrade, &again)
        if isUpAgain.isDone {
            again.findings += CatalogSnapshot.withoutParts(catalogUp.differences(to: try await catalog())).map {
                Finding(kind: .upDiffers, detail: Self.text(of: $0))
            }
        }
        steps.append(again)
        return isUpAgain.isDone
    }

    private struct Way {
        var isDone = true
        var lostRows = false
        /// Those that there were before.
        var rows: RowSnapshot
    }

    /// Runs a revision one way, without rows if it fails for them.
    private mutating func go(
        _ revision: Revision, _ direction: MigrationPlan.Direction, _ step: inout Step
    ) async throws -> Way {
        var way = Way(rows: try await rows())
        step.rowCount = way.rows.count
        guard let failure = try await failure(of: revision, direction, from: nil) else {
            step.findings += way.rows.countsChanged(in: try await rows()).map {
                Finding(kind: .rowsChanged, detail: $0)
            }
            return way
        }
        guard failure.isAboutRows else {
            step.findings.append(Finding(kind: .broken, detail: failure.text))
            way.isDone = false
            return way
        }
        let kind: Finding.Kind = direction == .upgrade ? .upFails : .downFails
        step.findings.append(Finding(kind: kind, detail: "with rows in the tables \(failure.text)"))
        try await ScratchDatabase.clearRows(configuration)
        way.lostRows = true
        way.rows = try await rows()
        step.rowCount = way.rows.count
        if let failure = try await self.failure(of: revision, direction, from: failure.statement) {
            step.findings.append(Finding(kind: .broken, detail: failure.text))
            way.isDone = false
        }
        return way
    }

    /// Runs a revision one way; nil when it succeeds.
    private func failure(
        of revision: Revision, _ direction: MigrationPlan.Direction, from failed: Revision.Statement?
    ) async throws -> (statement: Revision.Statement, text: String, isAboutRows: Bool)? {
        do {
            try await ScratchRun(configuration).apply(revision, direction, from: failed)
            return nil
        } catch MigrationError.stepFailed(_, let statement, let reason) {
            let error = reason as? PostgresError
            let text = "\(revision.file):\(statement.line): \(error?.summary ?? "\(reason)")"
            return (statement, text, error?.isAboutRows == true)
        }
    }

    private static func findings(afterDown differences: [CatalogSnapshot.Difference]) -> [Finding] {
        let names = differences.map(\.name)
        return CatalogSnapshot.withoutParts(differences).compactMap { difference in
            let kind: Finding.Kind
            switch difference {
            case .added: kind = .residue
            case .missing: kind = .notRestored
            case .changed(let name, _, _) where name.starts(withBytesOf: "columns of "):
                // Other columns are told as such.
                let table = String(name.unicodeScalars.dropFirst("columns of ".unicodeScalars.count))
                if names.contains(where: { $0.starts(withBytesOf: "column \(table).") }) { return nil }
                kind = .columnOrder
            case .changed: kind = .restoredOtherwise
            }
            return Finding(kind: kind, detail: text(of: difference))
        }
    }

    private static func text(of difference: CatalogSnapshot.Difference) -> String {
        switch difference {
        case .added(let name): "\(name) is there and was not before"
        case .missing(let name): "\(name) is gone"
        case .changed(let name, let from, let to): "\(name) was \"\(from)\" and is \"\(to)\""
        }
    }

    // MARK: The whole line

    /// Down to base and up to head, on which only what no single revision has shown is told.
    private mutating func proveLine(_ revisions: [Revision], _ empty: CatalogSnapshot) async throws {
        let known = report.steps.flatMap(\.findings).map(\.detail)
        let head = try await catalog()
        var down = Step(name: .downToBase, revision: nil)
        down.findings += try await seed()
        down.rowCount = try await rows().count
        guard try await goAll(revisions.reversed(), .downgrade, &down) else { return add(down) }
        down.findings += Self.findings(afterDown: empty.differences(to: try await catalog())).filter {
            !known.contains(bytesOf: $0.detail)
        }
        add(down)
        try await ScratchDatabase.clearRows(configuration)
        var up = Step(name: .upToHead, revision: nil)
        guard try await goAll(revisions, .upgrade, &up) else { return add(up) }
        up.findings += CatalogSnapshot.withoutParts(head.differences(to: try await catalog())).map {
            Finding(kind: .upDiffers, detail: Self.text(of: $0))
        }
        add(up)
    }

    private mutating func goAll(
        _ revisions: [Revision], _ direction: MigrationPlan.Direction, _ step: inout Step
    ) async throws -> Bool {
        for revision in revisions {
            var part = [Step(name: step.name, revision: revision)]
            let way = try await go(revision, direction, &part[0])
            // Rows go with their tables here.
            part[0].findings.removeAll { $0.kind == .rowsChanged }
            allow(revision, in: &part, tellsUnused: false)
            step.findings += part[0].findings
            guard way.isDone else { return false }
        }
        return true
    }

    // MARK: Parts

    private mutating func add(_ step: Step) {
        report.steps.append(step)
        step.lines.forEach(print)
    }

    /// Matches findings with what the revision's header allows.
    private func allow(_ revision: Revision, in steps: inout [Step], tellsUnused: Bool = true) {
        for remark in revision.remarks where remark.key == "test" {
            guard let allowance = Allowance(remark.value), let name = allowance.name,
                let kind = Finding.Kind(rawValue: name),
                kind != .broken
            else {
                let detail =
                    "\"-- test: \(remark.value)\": it must be \"allow NAME because REASON\" with one of these names: "
                let names = Finding.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                if tellsUnused { steps[0].findings.append(Finding(kind: .badAllowance, detail: detail + names)) }
                continue
            }
            var isUsed = false
            for step in steps.indices {
                for place in steps[step].findings.indices where steps[step].findings[place].kind == kind {
                    steps[step].findings[place].allowedBecause = allowance.reason
                    isUsed = true
                }
            }
            if !isUsed, tellsUnused { steps[0].findings.append(Finding(kind: .unusedAllowance, detail: name)) }
        }
    }

    private mutating func seed() async throws -> [Finding] {
        try await RowSeeder.seed([.widest, .onlyRequired], number: &number, configuration).map {
            Finding(kind: .notSeeded, detail: "\($0.table): \($0.reason)")
        }
    }

    private func catalog() async throws -> CatalogSnapshot {
        try await Connection.withConnection(configuration) { try await CatalogSnapshot($0) }
    }

    private func rows() async throws -> RowSnapshot {
        try await Connection.withConnection(configuration) { try await RowSnapshot($0) }
    }
}
