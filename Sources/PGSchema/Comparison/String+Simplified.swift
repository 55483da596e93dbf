import PGSchemaSQL

extension String {
    /// The server's text as a person would write it: without needless type casts, and with IN for lists. It may mean
    /// something else in rare cases, so the server must confirm it.
    var simplified: String {
        var text = self
        for type in ["text", "character varying", "bpchar"] { text = text.withoutConstants(of: type) }
        text = String(text.unicodeScalars.replacing("character varying".unicodeScalars, with: "varchar".unicodeScalars))
        text = text.withoutTextCasts
        for (list, word) in [("= ANY", "IN"), ("<> ALL", "NOT IN")] {
            text = text.replacingLists(" \(list) ((ARRAY[", "])::text[])", by: " \(word) (")
            text = text.replacingLists(" \(list) (ARRAY[", "])", by: " \(word) (")
        }
        return text.withoutDoubledParentheses
    }

    /// `'a'` for `'a'::text`. `'{}'::text[]` and `'a'::varchar(10)` stay.
    private func withoutConstants(of type: String) -> String {
        var result = ""
        var rest = unicodeScalars[...]
        while let place = rest.firstRange(of: "'::\(type)".unicodeScalars) {
            let next = rest[place.upperBound...].first
            let isWhole = next.map { $0 != "[" && $0 != "(" && !SQLScanner.isWord($0) } ?? true
            result += String(rest[..<place.lowerBound]) + (isWhole ? "'" : String(rest[place]))
            rest = rest[place.upperBound...]
        }
        return result + String(rest)
    }

    /// `status` for `(status)::text`.
    private var withoutTextCasts: String {
        var result = ""
        var rest = unicodeScalars[...]
        let cast = ")::text".unicodeScalars
        while let open = rest.firstIndex(where: { $0 == "(" }) {
            result += String(rest[..<open])
            rest = rest[open...]
            let quote = rest.dropFirst().prefix { $0 == "\"" }
            let word = rest[quote.endIndex...].prefix { quote.isEmpty ? SQLScanner.isWord($0) : $0 != "\"" }
            let name = String(rest[quote.startIndex..<word.endIndex]) + String(quote)
            let tail = rest[word.endIndex...].dropFirst(quote.count)
            if !word.isEmpty, quote.count < 2, tail.starts(with: cast), tail.dropFirst(cast.count).first != "[" {
                result += name
                rest = tail.dropFirst(cast.count)
            } else {
                result += "("
                rest = rest.dropFirst()
            }
        }
        return result + String(rest)
    }

    private func replacingLists(_ open: String, _ close: String, by word: String) -> String {
        var result = ""
        var rest = unicodeScalars[...]
        while let start = rest.firstRange(of: open.unicodeScalars),
            let end = rest[start.upperBound...].firstRange(of: close.unicodeScalars)
        {
            result += String(rest[..<start.lowerBound]) + word + String(rest[start.upperBound..<end.lowerBound]) + ")"
            rest = rest[end.upperBound...]
        }
        return result + String(rest)
    }

    /// `CHECK (a > 0)` for `CHECK ((a > 0))`, `a > 0` for `(a > 0)`, and the same after WHERE.
    private var withoutDoubledParentheses: String {
        if starts(withBytesOf: "CHECK (") {
            let parts = unicodeScalars.dropFirst("CHECK ".unicodeScalars.count).splitAtClosingParenthesis
            return "CHECK (\(parts.0.withoutOuterParentheses))\(parts.1)"
        }
        let condition = " WHERE "
        guard let place = unicodeScalars.firstRange(of: "\(condition)(".unicodeScalars) else { return self }
        let parts = unicodeScalars[place.lowerBound...].dropFirst(condition.unicodeScalars.count)
            .splitAtClosingParenthesis
        guard parts.1.isEmpty else { return self }
        return String(unicodeScalars[..<place.lowerBound]) + condition + parts.0.withoutOuterParentheses
    }
}

extension Substring.UnicodeScalarView {
    /// The parentheses at the beginning with their contents, and the rest.
    fileprivate var splitAtClosingParenthesis: (String, String) {
        guard let close = indexOfClosingParenthesis else { return (String(self), "") }
        let behind = index(after: close)
        return (String(self[..<behind]), String(self[behind...]))
    }
}
