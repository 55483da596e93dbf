import PGSchemaSQL
package import PGSchemaMigrations

/// What lint found in a revision.
package struct RevisionReport: Sendable {
    package let revision: Revision
    package internal(set) var up: Way
    /// Nil when it was not looked at: ``withoutDown`` may say why.
    package internal(set) var down: Way?
    package internal(set) var withoutDown: String?
    /// Tables that had no rows, and why.
    package let unseeded: [String]

    /// What leads to the revision or back.
    package struct Way: Sendable {
        package internal(set) var statements: [StatementReport]
        /// What nobody else can write to when the transaction ends.
        package let held: [StatementFacts.TableLock]

        /// The tables that nobody can even read.
        package var heldExclusively: [String] { held.filter { $0.mode == .accessExclusive }.map(\.table) }
        /// Those that can be read, but not written to.
        package var heldAgainstWrites: [String] { held.filter { $0.mode != .accessExclusive }.map(\.table) }
        package var failed: Bool { statements.contains { $0.facts.failure != nil } }
    }

    package var findings: [Finding] { (up.statements + (down?.statements ?? [])).flatMap(\.findings) }

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

package struct StatementReport: Sendable {
    package let statement: Revision.Statement
    package let facts: StatementFacts
    package internal(set) var findings: [Finding] = []
}
