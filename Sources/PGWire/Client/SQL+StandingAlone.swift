extension SQL {
    /// Whether it is a statement in front of which nothing may be sent in the same batch, as it must not be in a transaction
    /// with anything else (`VACUUM`, `CREATE DATABASE`), ends transactions itself (`CALL`, `DO`), or must come before
    /// everything that reads (`BEGIN ISOLATION LEVEL …`, `SET TRANSACTION`).
    package var standsAlone: Bool {
        let start = significantBeginning
        guard Self.mayStandAlone(start) else { return false }
        var rest = start.prefix(80)
        guard let first = Self.takeWord(&rest) else { return false }
        if Self.always.contains(where: { Self.isSame(first, $0) }) { return true }
        guard let objects = Self.objects.first(where: { Self.isSame(first, $0.word) })?.objects else { return false }
        for _ in 0..<3 {
            guard let word = Self.takeWord(&rest) else { return false }
            if objects.contains(where: { Self.isSame(word, $0) }) { return true }
        }
        return false
    }

    /// The next word of letters, as the server's key words are.
    private static func takeWord(_ rest: inout Substring.UTF8View) -> Substring.UTF8View? {
        rest = rest.drop { !isLetter($0) }
        let word = rest.prefix(while: isLetter)
        rest = rest[word.endIndex...]
        return word.isEmpty ? nil : word
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isSame(_ word: Substring.UTF8View, _ other: String) -> Bool {
        word.count == other.utf8.count && zip(word, other.utf8).allSatisfy { $0 | 0x20 == $1 }
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

    private static let always = [
        "begin", "start", "vacuum", "cluster", "reindex", "call", "do", "discard",
    ]

    /// By the first word, what must follow soon.
    private static let objects: [(word: String, objects: [String])] = [
        ("create", ["database", "tablespace", "subscription", "concurrently"]),
        ("drop", ["database", "tablespace", "subscription", "concurrently"]),
        ("alter", ["database", "tablespace", "subscription", "system"]),
        ("set", ["transaction", "characteristics"]),
        ("commit", ["prepared"]),
        ("rollback", ["prepared"]),
    ]
}
