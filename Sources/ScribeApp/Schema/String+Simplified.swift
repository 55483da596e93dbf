#if ScribeApp
extension String {
    /// What the server printed as a person would have written it: without the types that constants have anyway, and with
    /// IN for lists. It may mean something else now and then; whoever uses it asks the server.
    var simplified: String {
        var text = self
        for type in ["text", "character varying", "bpchar"] { text = text.withoutConstants(of: type) }
        text = text.replacing("character varying", with: "varchar")
        text = text.withoutTextCasts
        for (list, word) in [("= ANY", "IN"), ("<> ALL", "NOT IN")] {
            text = text.replacingLists(" \(list) ((ARRAY[", "])::text[])", by: " \(word) (")
            text = text.replacingLists(" \(list) (ARRAY[", "])", by: " \(word) (")
        }
        return text.withoutDoubledParentheses
    }

    /// `'a'` for `'a'::text`, but nothing of `'{}'::text[]` or `'a'::varchar(10)`.
    private func withoutConstants(of type: String) -> String {
        var result = ""
        var rest = self[...]
        while let place = rest.firstRange(of: "'::\(type)") {
            let next = rest[place.upperBound...].first
            let isWhole = next.map { $0 != "[" && $0 != "(" && $0 != "_" && !$0.isLetter && !$0.isNumber } ?? true
            result += rest[..<place.lowerBound] + (isWhole ? "'" : rest[place])
            rest = rest[place.upperBound...]
        }
        return result + rest
    }

    /// `status` for `(status)::text`.
    private var withoutTextCasts: String {
        var result = ""
        var rest = self[...]
        while let open = rest.firstIndex(of: "(") {
            result += rest[..<open]
            rest = rest[open...]
            let quote = rest.dropFirst().prefix { $0 == "\"" }
            let word = rest[quote.endIndex...].prefix {
                quote.isEmpty ? $0.isLetter || $0.isNumber || $0 == "_" : $0 != "\""
            }
            let name = rest[quote.startIndex..<word.endIndex] + quote
            let tail = rest[word.endIndex...].dropFirst(quote.count)
            if !word.isEmpty, quote.count < 2, tail.hasPrefix(")::text"), !tail.hasPrefix(")::text[") {
                result += name
                rest = tail.dropFirst(")::text".count)
            } else {
                result.append("(")
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private func replacingLists(_ open: String, _ close: String, by word: String) -> String {
        var result = ""
        var rest = self[...]
        while let start = rest.firstRange(of: open),
            let end = rest[start.upperBound...].firstRange(of: close)
        {
            result += rest[..<start.lowerBound] + word + rest[start.upperBound..<end.lowerBound] + ")"
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    /// `CHECK (a > 0)` for `CHECK ((a > 0))`, `a > 0` for `(a > 0)`, and the same after WHERE.
    private var withoutDoubledParentheses: String {
        if hasPrefix("CHECK (") {
            let parts = dropFirst("CHECK ".count).splitAtClosingParenthesis
            return "CHECK (\(String(parts.0).withoutOuterParentheses))\(parts.1)"
        }
        guard let place = firstRange(of: " WHERE (") else { return self }
        let parts = self[place.upperBound...].startingOneEarlier(in: self).splitAtClosingParenthesis
        guard parts.1.isEmpty else { return self }
        return self[..<place.lowerBound] + " WHERE " + String(parts.0).withoutOuterParentheses
    }
}

extension Substring {
    fileprivate func startingOneEarlier(in whole: String) -> Substring { whole[whole.index(before: startIndex)...] }

    /// The text in the parentheses that it begins with, they included, and the rest.
    fileprivate var splitAtClosingParenthesis: (Substring, Substring) {
        guard let close = unicodeScalars.indexOfClosingParenthesis else { return (self, "") }
        let behind = unicodeScalars.index(after: close)
        return (self[..<behind], self[behind...])
    }
}
#endif
