/// Reads tokens from left to right.
package struct TokenCursor {
    package private(set) var rest: ArraySlice<SQLToken>

    package init(_ tokens: some Sequence<SQLToken>) { rest = Array(tokens)[...] }

    package var isAtEnd: Bool { rest.isEmpty }
    package var first: SQLToken? { rest.first }

    /// Skips these key words if all of them come next, in this order.
    @discardableResult
    package mutating func pass(_ words: String...) -> Bool {
        guard rest.count >= words.count, zip(rest, words).allSatisfy({ $0.isWord($1) }) else { return false }
        rest = rest.dropFirst(words.count)
        return true
    }

    /// Skips one of these key words, and returns it.
    package mutating func pass(oneOf words: Set<String>) -> String? {
        guard let first, first.kind == .word, words.contains(first.text) else { return nil }
        return rest.removeFirst().text
    }

    package mutating func pass(mark: String) -> Bool {
        guard let first, first.isMark(mark) else { return false }
        rest.removeFirst()
        return true
    }

    package mutating func next() -> SQLToken? { rest.popFirst() }

    /// Reads a name: `a`, `a.b` or `a.b.c`.
    package mutating func name() -> SQLName? {
        guard var name = first?.name else { return nil }
        rest.removeFirst()
        var schema: String?
        while rest.count > 1, rest[rest.startIndex].isMark("."), let next = rest[rest.startIndex + 1].name {
            rest = rest.dropFirst(2)
            (schema, name) = (name, next)
        }
        return SQLName(schema: schema, name: name)
    }

    /// Everything in the text that can be a name.
    package static func names(in text: String) -> [SQLName] {
        var cursor = TokenCursor(SQLToken.tokens(of: text))
        var names: [SQLName] = []
        while !cursor.isAtEnd {
            if let name = cursor.name() { names.append(name) } else { _ = cursor.next() }
        }
        return names
    }

    /// Reads names that commas separate.
    package mutating func names() -> [SQLName] {
        var names: [SQLName] = []
        repeat {
            pass("only")
            guard let name = name() else { return names }
            names.append(name)
            _ = pass(mark: "*")
            // The types of a function's arguments, as in DROP FUNCTION.
            if first?.isMark("(") == true { _ = group() }
        } while pass(mark: ",")
        return names
    }

    /// Reads parentheses, and returns the tokens between them.
    package mutating func group() -> ArraySlice<SQLToken>? {
        guard first?.isMark("(") == true else { return nil }
        var depth = 0
        for index in rest.indices {
            if rest[index].isMark("(") { depth += 1 }
            if rest[index].isMark(")") { depth -= 1 }
            guard depth == 0 else { continue }
            let inner = rest[(rest.startIndex + 1)..<index]
            rest = rest[(index + 1)...]
            return inner
        }
        return nil
    }
}

/// A name as it is written: with a schema or without.
package struct SQLName: Sendable, Equatable, CustomStringConvertible {
    package let schema: String?
    package let name: String

    package var description: String { schema.map { "\($0).\(name)" } ?? name }
}

extension Sequence<SQLToken> {
    /// The parts between commas, or other marks, outside of parentheses.
    package func split(atMark mark: String) -> [[SQLToken]] {
        var pieces: [[SQLToken]] = [[]]
        var depth = 0
        for token in self {
            if token.isMark("(") || token.isMark("[") { depth += 1 }
            if token.isMark(")") || token.isMark("]") { depth -= 1 }
            if depth == 0, token.isMark(mark) {
                pieces.append([])
            } else {
                pieces[pieces.count - 1].append(token)
            }
        }
        return pieces
    }

    /// The tokens outside of parentheses.
    var outermost: [SQLToken] {
        var depth = 0
        return filter { token in
            if token.isMark("(") { depth += 1 }
            defer { if token.isMark(")") { depth -= 1 } }
            return depth == 0
        }
    }

    /// Whether these key words come one after the other.
    package func contains(words: String...) -> Bool {
        let all = Array(self)
        guard all.count >= words.count else { return false }
        return (0...(all.count - words.count)).contains { start in
            zip(all[start...], words).allSatisfy { $0.isWord($1) }
        }
    }
}
