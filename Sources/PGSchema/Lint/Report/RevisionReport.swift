public import PGSchemaMigrations
import PGSchemaSQL

/// What ``Linter`` found in a revision.
public struct RevisionReport: Sendable {
    /// The revision.
    public let revision: Revision
    /// The upgrade.
    public internal(set) var up: Way
    /// The downgrade; nil when it was not run: ``withoutDown`` may say why.
    public internal(set) var down: Way?
    /// Why the downgrade was not run, if it could not be.
    public internal(set) var withoutDown: String?
    /// Tables for which no rows could be generated, and why.
    public let unseeded: [String]

    /// The upgrade or the downgrade of a revision.
    public struct Way: Sendable {
        /// The statements, in their order.
        public internal(set) var statements: [StatementReport]
        /// The locks against writes that are held until the transaction ends.
        public let held: [StatementFacts.TableLock]

        /// The tables that other sessions can neither read nor write until the transaction ends.
        public var heldExclusively: [String] { held.filter { $0.mode == .accessExclusive }.map(\.table) }
        /// The tables that other sessions can read but not write until the transaction ends.
        public var heldAgainstWrites: [String] { held.filter { $0.mode != .accessExclusive }.map(\.table) }
        package var failed: Bool { statements.contains { $0.facts.failure != nil } }
    }

    /// All findings of both directions.
    public var findings: [Finding] { (up.statements + (down?.statements ?? [])).flatMap(\.findings) }

    init(revision: Revision, up: Way, unseeded: [String]) {
        self.revision = revision
        self.up = up
        self.unseeded = unseeded
    }

    /// Adds findings that need both directions, and marks those that the file allows.
    package mutating func finish() {
        checkDown()
        allow()
    }

    private mutating func checkDown() {
        guard !revision.takesBack, revision.irreversible == nil, !up.statements.isEmpty else { return }
        let finding = Finding(.irreversible, revision.id)
        if down?.statements.isEmpty == false {
            down?.statements[0].findings.append(finding)
        } else {
            up.statements[0].findings.append(finding)
        }
    }
}

extension Revision {
    /// Whether the down part undoes anything.
    var takesBack: Bool {
        (down ?? []).contains { statement in
            switch SQLCommand(statement.text) {
            case .select, .setLocal: false
            case .doBlock(let body): !SQLToken.tokens(of: body).contains { $0.isWord("raise") }
            default: true
            }
        }
    }
}

/// What ``Linter`` found in a statement.
public struct StatementReport: Sendable {
    /// The statement.
    public let statement: Revision.Statement
    /// What it did on the scratch database.
    public let facts: StatementFacts
    /// The rules that it breaks.
    public internal(set) var findings: [Finding] = []
}
