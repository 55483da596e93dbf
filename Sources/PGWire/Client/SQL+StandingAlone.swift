extension SQL {
    /// Whether it is a statement in front of which nothing may be sent in the same batch, as it must not be in a transaction
    /// with anything else (`VACUUM`, `CREATE DATABASE`), ends transactions itself (`CALL`, `DO`), or must come before
    /// everything that reads (`BEGIN ISOLATION LEVEL …`, `SET TRANSACTION`).
    package var standsAlone: Bool {
        let start = significantBeginning
        guard Self.mayStandAlone(start) else { return false }
        let words = String(decoding: start.prefix(80), as: UTF8.self).lowercased().split { !$0.isLetter && $0 != "_" }
        guard let first = words.first else { return false }
        if Self.always.contains(first) { return true }
        guard let objects = Self.objects[String(first)] else { return false }
        return words.dropFirst().prefix(3).contains { objects.contains($0) }
    }

    /// Tells the most frequent statements by their first letters.
    private static func mayStandAlone(_ start: Substring.UTF8View) -> Bool {
        var letters = start.makeIterator()
        switch (letters.next().map { $0 | 0x20 }, letters.next().map { $0 | 0x20 }, letters.next().map { $0 | 0x20 }) {
        case (UInt8(ascii: "s"), UInt8(ascii: "e"), UInt8(ascii: "l")): return false  // SELECT
        case (UInt8(ascii: "d"), UInt8(ascii: "e"), _): return false  // DELETE
        case (let first?, _, _): return "abcdrsv".utf8.contains(first)
        default: return false
        }
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
