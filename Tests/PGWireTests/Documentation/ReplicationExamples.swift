import PGWire

/// What Documentation/Replication.md shows.
enum ReplicationExamples {
    struct Player: Decodable {
        var id: Int64
        var name: String?
    }

    static func makeSlot(_ configuration: Connection.Configuration) async throws {
        // shown: begin
        try await ReplicationConnection.withConnection(configuration) { db in
            try await db.createSlot("search")
        }
        // shown: end
    }

    static func follow(
        _ configuration: Connection.Configuration, index: (Player) async throws -> Void,
        remove: (Int64) async throws -> Void
    ) async throws {
        // shown: begin
        try await Connection.replicate(from: "search", publications: ["players"], configuration) { replication in
            for try await case .transaction(let transaction) in replication.transactions() {
                for change in transaction.changes {
                    switch change {
                    case .insert(let row), .update(_, let row): try await index(row.decode(as: Player.self))
                    case .delete(let row): try await remove(row.decode("id"))
                    case .truncate, .message: break
                    }
                }
                replication.acknowledge(transaction.endLSN)
            }
        }
        // shown: end
    }

    static func exactlyOnce(
        _ configuration: Connection.Configuration, _ own: Connection,
        apply: (ReplicatedChange, borrowing Transaction) async throws -> Void
    ) async throws {
        // shown: begin
        var options = Replication.Options()
        options.startingAt = try await own.fetchOne("SELECT done FROM progress", as: LogSequenceNumber?.self)
        try await Connection.replicate(from: "search", publications: ["players"], configuration, options) { feed in
            for try await case .transaction(let transaction) in feed.transactions() {
                try await own.transaction { tx in
                    for change in transaction.changes { try await apply(change, tx) }
                    try await tx.execute("UPDATE progress SET done = \(transaction.endLSN)")
                }
                feed.acknowledge(transaction.endLSN)
            }
        }
        // shown: end
    }

    // shown: begin
    static func apply(_ change: ReplicatedChange, _ tx: borrowing Transaction) async throws {
        switch change {
        case .insert(let row), .update(_, let row):
            let biography = row["biography"] == .unchanged ? nil : try row.decode("biography", as: String?.self)
            try await tx.execute(
                """
                INSERT INTO player_copy (id, name, biography)
                VALUES (\(row.decode("id", as: Int64.self)), \(row.decode("name", as: String?.self)), \(biography))
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, biography =
                    CASE WHEN \(row["biography"] == .unchanged) THEN player_copy.biography ELSE excluded.biography END
                """)
        case .delete(let row):
            try await tx.execute("DELETE FROM player_copy WHERE id = \(row.decode("id", as: Int64.self))")
        case .truncate: try await tx.execute("TRUNCATE player_copy")
        case .message: break
        }
    }
    // shown: end

    static func initialCopy(
        _ configuration: Connection.Configuration, _ db: Connection,
        copyAll: (borrowing Transaction) async throws -> Void
    ) async throws {
        // shown: begin
        var options = ReplicationSlotOptions()
        options.snapshot = .export
        try await ReplicationConnection.withConnection(configuration) { replication in
            let slot = try await replication.createSlot("search", options)
            try await db.transaction(isolation: .repeatableRead, readOnly: true) { tx in
                try await tx.execute("SET TRANSACTION SNAPSHOT '\(raw: slot.snapshotName ?? "")'")
                try await copyAll(tx)  // what was there before; what comes later is streamed
                // Store slot.consistentPoint as the progress along with the copy.
            }
        }
        // shown: end
    }

    static func values(_ row: ReplicatedRow, _ old: ReplicatedRow?) throws -> [String] {
        // shown: begin
        let id = try row.decode("id", as: Int64.self)
        let player = try row.decode(as: Player.self)
        if row["biography"] == .unchanged { print("what was there before still holds") }
        let whole = old.flatMap { row.completed(by: $0) }  // REPLICA IDENTITY FULL sends the old row
        let table = row.relation.name
        // shown: end
        return ["\(id)", player.name ?? "", "\(table)", whole.map { "\($0.relation)" } ?? ""]
    }

    static func events(_ configuration: Connection.Configuration) async throws {
        // shown: begin
        var options = Replication.Options()
        options.streaming = .on
        try await Connection.replicate(from: "search", publications: ["players"], configuration, options) { feed in
            for try await event in feed {
                switch event.content {
                case .change(let change): print(change)
                case .streamAbort(let abort): print(abort.isWhole ? "all of it is undone" : "a part of it is undone")
                case .commit, .streamCommit: print("committed")
                case .reconnected(let loss): print("what was not acknowledged comes again: \(loss)")
                default: break
                }
                if let end = event.endLSN { feed.acknowledge(end) }
            }
        }
        // shown: end
    }

    static func temporary(_ configuration: Connection.Configuration, show: (TransactionEvent) -> Void) async throws {
        // shown: begin
        var options = ReplicationSlotOptions()
        options.isTemporary = true
        try await ReplicationConnection.withConnection(configuration) { db in
            try await db.createSlot("look", options)
            try await db.replicate(from: "look", publications: ["players"]) { replication in
                for try await event in replication.transactions() { show(event) }
            }
        }
        // shown: end
    }
}
