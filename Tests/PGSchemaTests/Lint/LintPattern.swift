import PGSchemaLint
import TestSupport

/// A dangerous way to write something, and a safe one.
struct LintPattern: Sendable {
    let rule: LintRule
    /// What is there before, besides ``base``.
    let setup: String
    let dangerous: String
    let down: String
    /// Revisions that do it safely, one after the other.
    let safe: [Safe]
    /// Whether the dangerous statement is declared as one that cannot run in a transaction.
    let isDangerousOutside: Bool

    struct Safe: Sendable {
        let up: String
        let down: String
        let isTransactional: Bool

        static func inside(_ up: String, down: String = "ALTER TABLE items RESET (fillfactor)") -> Safe {
            Safe(up: up, down: down, isTransactional: true)
        }

        static func outside(_ up: String) -> Safe {
            Safe(up: up, down: "ALTER TABLE items RESET (fillfactor)", isTransactional: false)
        }
    }

    init(
        _ rule: LintRule, setup: String = "", _ dangerous: String,
        down: String = "ALTER TABLE items RESET (fillfactor)",
        safe: Safe..., outside: Bool = false
    ) {
        self.rule = rule
        self.setup = setup
        self.dangerous = dangerous
        self.down = down
        self.safe = safe
        isDangerousOutside = outside
    }

    var description: String { rule.rawValue + ": " + dangerous.prefix(60) }

    /// The tables that every pattern finds; dropped before the next.
    static let base = """
        DROP SCHEMA public CASCADE;
        CREATE SCHEMA public;
        CREATE TABLE owners (id int PRIMARY KEY, name text NOT NULL);
        CREATE TABLE items (
            id int PRIMARY KEY, owner_id int, name text, code varchar(40), price int NOT NULL, sold timestamptz NOT NULL
        );
        CREATE INDEX items_name ON items (name);
        CREATE INDEX items_owner ON items (owner_id);
        """
}
