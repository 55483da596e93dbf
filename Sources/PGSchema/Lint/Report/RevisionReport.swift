public import PGSchemaMigrations
import PGSchemaSQL

/// What lint found in a revision.
public struct RevisionReport: Sendable {
    /// The revision.
    public let revision: Revision
    /// What leads to it.
    public internal(set) var up: Way
    /// Nil when it was not looked at: ``withoutDown`` may say why.
    public internal(set) var down: Way?
    /// Why nothing leads back, or why it was not looked at.
    public internal(set) var withoutDown: String?
    /// Tables that had no rows, and why.
    public let unseeded: [String]

    /// What leads to the revision or back.
    public struct Way: Sendable {
        /// The statements, in their order.
        public internal(set) var statements: [StatementReport]
        /// What nobody else can write to when the transaction ends.
        public let held: [StatementFacts.TableLock]

        /// The tables that nobody can even read.
        public var heldExclusively: [String] { held.filter { $0.mode == .accessExclusive }.map(\.table) }
        /// Those that can be read, but not written to.
        public var heldAgainstWrites: [String] { held.filter { $0.mode != .accessExclusive }.map(\.table) }
        package var failed: Bool { statements.contains { $0.facts.failure != nil } }
    }

    /// All findings of both directions.
    public var findings: [Finding] { (up.statements + (down?.statements ?? [])).flatMap(\.findings) }

    package init(revision: Revision, up: Way, unseeded: [String]) {
        self.revision = revision
        self.up = up
        self.unseeded = unseeded
    }

    /// Adds what needs both ways, and allows what the file allows.
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
    /// Whether the way down does something.
    package var takesBack: Bool {
        (down ?? []).contains { statement in
            switch SQLCommand(statement.text) {
            case .select, .setLocal: false
            case .doBlock(let body): !SQLToken.tokens(of: body).contains { $0.isWord("raise") }
            default: true
            }
        }
    }
}

/// What lint found in a statement.
public struct StatementReport: Sendable {
    /// The statement.
    public let statement: Revision.Statement
    /// What the server did for it.
    public let facts: StatementFacts
    /// What is dangerous about it.
    public internal(set) var findings: [Finding] = []
}
