import PGWire
import Testing

/// A public call, whose task is cancelled while the server's answer has come so far and no further.
struct CancelledCall: Sendable, CustomTestStringConvertible {
    let name: String
    /// Whether a call that was cancelled has certainly left nothing behind.
    var isAtomic = true
    /// Whether it is told as done when it was done before the request to cancel came.
    var isToldAsDone = false
    /// Makes the call with a row of this number.
    let run: @Sendable (Connection, String, Int) async throws -> Void

    var testDescription: String { name }

    static let all: [CancelledCall] = [
        CancelledCall(name: "execute", isAtomic: false) { db, table, id in
            try await db.execute("INSERT INTO \(identifier: table) VALUES (\(id))")
        },
        CancelledCall(name: "fetchAll") { db, _, _ in
            _ = try await db.fetchAll("SELECT generate_series(1, 9)", as: Int.self)
        },
        CancelledCall(name: "query") { db, _, _ in
            for try await _ in db.query("SELECT generate_series(1, 9)", as: Int.self) {}
        },
        CancelledCall(name: "forEachRow") { db, _, _ in
            try await db.forEachRow("SELECT generate_series(1, 9)", as: Int.self) { _ in }
        },
        CancelledCall(name: "script", isAtomic: false) { db, _, _ in
            _ = try await db.execute(script: "SELECT 1; SELECT 2; SELECT generate_series(1, 5)")
        },
        CancelledCall(name: "pipeline", isAtomic: false) { db, table, id in
            _ = try await db.pipeline { p in
                (
                    try p.execute("INSERT INTO \(identifier: table) VALUES (\(id))"),
                    try p.fetchAll("SELECT generate_series(1, 5)", as: Int.self)
                )
            }
        },
        CancelledCall(name: "executeMany", isAtomic: false, isToldAsDone: true) { db, table, id in
            let insert: PreparedStatement<Int32> = "INSERT INTO \(identifier: table) VALUES ($1)"
            try await db.executeMany(insert, [Int32(truncatingIfNeeded: id)])
        },
        CancelledCall(name: "fetchMany", isToldAsDone: true) { db, _, id in
            _ = try await db.fetchMany("SELECT $1::int8 + 1", [id, id], as: Int.self)
        },
        CancelledCall(name: "transaction") { db, table, id in
            try await db.transaction { tx in
                try await tx.execute("INSERT INTO \(identifier: table) VALUES (\(id))")
                _ = try await tx.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self)
            }
        },
        CancelledCall(name: "transaction with settings and a savepoint") { db, table, id in
            try await db.transaction(settings: .searchPath("public").lockTimeout(.seconds(5))) { tx in
                try await tx.savepoint { inner in
                    try await inner.execute("INSERT INTO \(identifier: table) VALUES (\(id))")
                }
            }
        },
        CancelledCall(name: "cursor") { db, table, id in
            try await db.transaction { tx in
                try await tx.execute("INSERT INTO \(identifier: table) VALUES (\(id))")
                try await tx.withCursor("SELECT generate_series(1, 9)", as: Int.self) { cursor in
                    for try await _ in cursor.pages(of: 4) {}
                }
            }
        },
        CancelledCall(name: "large object") { db, table, id in
            try await db.transaction { tx in
                try await tx.execute("INSERT INTO \(identifier: table) VALUES (\(id))")
                let object = try await tx.createLargeObject()
                try await tx.withLargeObject(object, for: .writing) { try await $0.write([1, 2, 3]) }
                try await tx.removeLargeObject(object)
            }
        },
        CancelledCall(name: "advisory lock in a transaction") { db, table, id in
            try await db.transaction { tx in
                try await tx.advisoryLock(AdvisoryLockKey(4711, Int32(truncatingIfNeeded: id)))
                try await tx.execute("INSERT INTO \(identifier: table) VALUES (\(id))")
            }
        },
        CancelledCall(name: "copyIn", isAtomic: false) { db, table, id in
            _ = try await db.copyIn("COPY \(identifier: table) FROM STDIN") { writer in
                try await writer.write("\(id)\n")
            }
        },
        CancelledCall(name: "copyOut") { db, _, _ in
            _ = try await db.copyOut("COPY (SELECT generate_series(1, 9)) TO STDOUT") { _ in }
        },
        CancelledCall(name: "notify", isAtomic: false) { db, _, _ in try await db.notify("nobody", "hello") },
    ]
}
