extension SQL {
    /// The text up to the first parameter, from the first word on: without the blanks and comments before it.
    ///
    /// It is asked for with every statement, so what begins with a word at once costs next to nothing.
    var significantBeginning: Substring.UTF8View { Self.significant(beginning.utf8[...]) }

    /// The text without the blanks and comments before it.
    static func significant(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var rest = text
        while let first = rest.first {
            if first.isSpace {
                rest = rest.drop(while: \.isSpace)
            } else if first == UInt8(ascii: "-"), rest.starts(with: "--".utf8) {
                // As the server has it, a carriage return ends it, too.
                rest = rest.drop { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            } else if first == UInt8(ascii: "/"), rest.starts(with: "/*".utf8) {
                rest = Self.afterComment(rest.dropFirst(2))
            } else {
                break
            }
        }
        return rest
    }

    /// What comes after a comment in slashes, whose beginning was taken off; such comments may hold others.
    private static func afterComment(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var rest = text
        var depth = 1
        while depth > 0, !rest.isEmpty {
            if rest.starts(with: "/*".utf8) || rest.starts(with: "*/".utf8) {
                depth += rest.first == UInt8(ascii: "/") ? 1 : -1
                rest = rest.dropFirst(2)
            } else {
                rest = rest.dropFirst()
            }
        }
        return rest
    }
}

extension SQL {
    /// Whether it is a COPY whose data goes through the connection. Where other statements follow it without waiting, such
    /// a COPY ends the connection: the server takes the next message for data and no longer knows where it is
    /// ("protocol synchronization was lost").
    var copiesThroughConnection: Bool {
        // It is asked for with every statement of a pipeline, most of which begin with another word.
        let first = (pieces.first?.text.utf8.first ?? 0) | 0x20
        if (UInt8(ascii: "d")...UInt8(ascii: "z")).contains(first) { return false }
        let start = significantBeginning
        guard start.first.map({ $0 | 0x20 }) == UInt8(ascii: "c"),
            start.prefix(4).map({ $0 | 0x20 }) == Array("copy".utf8)
        else { return false }
        let words = text.lowercased()
        return words.utf8.contains("stdin".utf8) || words.utf8.contains("stdout".utf8)
    }
}

extension SQL {
    /// Whether it is a statement in front of which nothing may be sent in the same batch, as it must not be in a transaction
    /// with anything else (`VACUUM`, `CREATE DATABASE`), ends transactions itself (`CALL`, `DO`), or must come before
    /// everything that reads (`BEGIN ISOLATION LEVEL …`, `SET TRANSACTION`; `LOCK TABLE`, as in a transaction that has one snapshot
    /// for all its statements that would be older than the lock) or may stand in front of these (`SET LOCAL`, `SAVEPOINT`).
    package var needsOwnBatch: Bool {
        let start = significantBeginning
        guard Self.mayNeedOwnBatch(start) else { return false }
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
    private static func mayNeedOwnBatch(_ start: Substring.UTF8View) -> Bool {
        var letters = start.makeIterator()
        switch (letters.next().map { $0 | 0x20 }, letters.next().map { $0 | 0x20 }, letters.next().map { $0 | 0x20 }) {
        case (UInt8(ascii: "s"), UInt8(ascii: "e"), UInt8(ascii: "l")): return false  // SELECT
        case (UInt8(ascii: "d"), UInt8(ascii: "e"), _): return false  // DELETE
        case (let first?, _, _): return "abcdlrsv".utf8.contains(first)
        default: return false
        }
    }

    private static let always = [
        "begin", "start", "vacuum", "cluster", "reindex", "call", "do", "discard", "lock", "set", "savepoint",
    ]

    /// By the first word, what must follow soon.
    private static let objects: [(word: String, objects: [String])] = [
        ("create", ["database", "tablespace", "subscription", "concurrently"]),
        ("drop", ["database", "tablespace", "subscription", "concurrently"]),
        ("alter", ["database", "tablespace", "subscription", "system"]),
        ("commit", ["prepared"]),
        ("rollback", ["prepared"]),
    ]
}
