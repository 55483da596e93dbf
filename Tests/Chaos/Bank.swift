import PGWire
import PGWireTesting

/// The accounts, and the table that has a row for each transfer.
struct Bank {
    static let accounts = 64
    static let opening: Int64 = 1_000

    static func open(_ db: Connection) async throws {
        // No key on `id`: a transfer that was carried out twice must show.
        try await db.execute(
            script: """
                CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL);
                CREATE TABLE transfer (id bigint NOT NULL, source int NOT NULL, target int NOT NULL, amount bigint NOT NULL);
                CREATE INDEX ON transfer (id);
                """)
        try await db.execute(
            "INSERT INTO account SELECT id, \(opening) FROM generate_series(0, \(Self.accounts - 1)) id")
    }

    /// What is wrong with what is there, by what was told of each transfer.
    static func problems(_ db: Connection, _ ledger: Ledger) async throws -> [String] {
        var problems: [String] = []
        let sum = try await db.fetchOne("SELECT sum(balance)::bigint FROM account", as: Int64.self)
        if sum != Int64(accounts) * opening { problems.append("the sum is \(sum)") }
        let wrong = try await db.fetchOne(
            """
            SELECT count(*) FROM account a WHERE balance <> \(opening)
                + coalesce((SELECT sum(amount) FROM transfer WHERE target = a.id), 0)
                - coalesce((SELECT sum(amount) FROM transfer WHERE source = a.id), 0)
            """, as: Int.self)
        if wrong > 0 { problems.append("\(wrong) accounts differ from their transfers") }

        var seen = 0
        var found: [Ledger.Outcome: Int] = [:]
        var twice: [Int] = []
        var lies: [Int] = []
        try await db.forEachRow("SELECT id, count(*) FROM transfer GROUP BY id", as: (Int, Int).self) { id, count in
            seen += 1
            if count != 1 { twice.append(id) }
            let outcome = ledger.outcome(of: id)
            found[outcome, default: 0] += 1
            if outcome == .none || outcome == .failed { lies.append(id) }
        }
        let committed = ledger.count(.committed)
        if found[.committed] ?? 0 != committed {
            problems.append("\(committed - (found[.committed] ?? 0)) transfers were reported as done and are not there")
        }
        if !twice.isEmpty {
            problems.append("\(twice.count) transfers are there more than once, as \(twice.prefix(5))")
        }
        if !lies.isEmpty {
            problems.append("\(lies.count) transfers were reported as not done and are there, as \(lies.prefix(5))")
        }
        say("committed \(committed), there \(found[.committed] ?? 0)")
        say("unknown \(ledger.count(.unknown)), of which there \(found[.unknown] ?? 0)")
        say("failed \(ledger.count(.failed)), of which there \(found[.failed] ?? 0)")
        return problems
    }
}

/// One transfer.
struct Transfer {
    let id: Int
    let source: Int
    let target: Int
    let amount: Int64

    init(_ id: Int, _ generator: inout FuzzGenerator) {
        self.id = id
        source = generator.below(Bank.accounts)
        target = (source + 1 + generator.below(Bank.accounts - 1)) % Bank.accounts
        amount = Int64(generator.below(20))
    }

    var record: SQL { "INSERT INTO transfer VALUES (\(id), \(source), \(target), \(amount))" }
    var withdrawal: SQL { "UPDATE account SET balance = balance - \(amount) WHERE id = \(source)" }
    var deposit: SQL { "UPDATE account SET balance = balance + \(amount) WHERE id = \(target)" }

    /// All of it, as one statement that commits by itself.
    var atOnce: SQL {
        """
        WITH record AS (INSERT INTO transfer VALUES (\(id), \(source), \(target), \(amount)))
        UPDATE account SET balance = balance + CASE id WHEN \(target) THEN \(amount) ELSE -\(amount) END
        WHERE id IN (\(source), \(target))
        """
    }
}
