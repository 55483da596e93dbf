import PGWire

/// What Documentation/Notifications.md shows.
enum NotificationExamples {
    static func listen(
        _ configuration: Connection.Configuration, work: (String) async throws -> Bool,
        lookForAll: () async throws -> Void
    ) async throws {
        // shown: begin
        try await Connection.listen(to: ["jobs", "Orders é"], configuration) { notifications in
            try await lookForAll()  // what was there before; from here on nothing is missed
            for try await event in notifications {
                switch event {
                case .notification(let notification):
                    guard try await work(notification.payload) else { return }
                case .reconnected, .dropped:
                    try await lookForAll()  // some were missed: look for what they would have told
                }
            }
        }
        // shown: end
    }

    static func notify(_ db: Connection, id: Int64) async throws {
        // shown: begin
        try await db.notify("jobs", "\(id)")
        try await db.transaction { tx in
            try await tx.execute("INSERT INTO player (id) VALUES (\(id))")
            try await tx.notify("jobs", "player \(id)")  // when the transaction commits
        }
        // shown: end
    }

    static func lent(_ pool: ConnectionPool) async throws -> [String] {
        var payloads: [String] = []
        // shown: begin
        try await pool.withConnection { db in
            try await db.listen(to: ["jobs"]) { notifications in
                try await db.notify("jobs", "my own")  // the connection can be used meanwhile
                for try await case .notification(let notification) in notifications {
                    payloads.append(notification.payload)
                    break
                }
            }
        }
        // shown: end
        return payloads
    }

    static func options() -> Notifications.Options {
        // shown: begin
        var options = Notifications.Options()
        options.heartbeat = .seconds(20)  // asks a silent server for a sign of life
        options.heartbeatTimeout = .seconds(5)
        options.giveUpAfter = .seconds(3600)  // tries for so long to get another connection; .zero: throws at once
        options.pauses = .milliseconds(50)...(.seconds(30))
        // shown: end
        return options
    }
}
