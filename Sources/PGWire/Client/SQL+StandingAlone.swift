extension SQL {
    /// Whether it is a statement in front of which nothing may be sent in the same batch, as it must not be in a transaction
    /// with anything else (`VACUUM`, `CREATE DATABASE`), ends transactions itself (`CALL`, `DO`), or must come before
    /// everything that reads (`BEGIN ISOLATION LEVEL …`, `SET TRANSACTION`).
    package var standsAlone: Bool {
        let words = beginning.prefix(80).lowercased().split { !$0.isLetter && $0 != "_" }
        guard let first = words.first else { return false }
        if Self.always.contains(first) { return true }
        guard let objects = Self.objects[String(first)] else { return false }
        return words.dropFirst().prefix(3).contains { objects.contains($0) }
    }

    private static let always: Set<Substring> = [
        "begin", "start", "vacuum", "cluster", "reindex", "call", "do", "discard",
    ]

    /// By the first word, what must follow soon.
    private static let objects: [String: Set<Substring>] = [
        "create": ["database", "tablespace", "subscription", "concurrently"],
        "drop": ["database", "tablespace", "subscription", "concurrently"],
        "alter": ["database", "tablespace", "subscription", "system"],
        "set": ["transaction", "characteristics"],
        "commit": ["prepared"],
        "rollback": ["prepared"],
    ]
}
