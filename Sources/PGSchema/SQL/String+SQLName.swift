package import PGWire

extension String {
    /// The name in double quotes, unless it is a plain lower-case word and no key word.
    package var quotedIfNeeded: String {
        let isPlain = utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): index > 0
            default: false
            }
        }
        return isPlain && !isEmpty && !Self.keywords.contains(self) ? self : quoted
    }

    /// The name in double quotes.
    package var quoted: String { "\"\(doubling("\""))\"" }

    /// The text as a string constant on one line, so that no part of it can pass for another line of a file.
    package var asLiteral: String {
        guard utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == 10 || $0 == 13 }) else {
            return "'\(doubling("'"))'"
        }
        var text = ""
        for scalar in doubling("'").unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return "E'\(text)'"
    }

    /// The text as a dollar-quoted string constant, with a tag that the text does not contain.
    package var dollarQuoted: String {
        var tag = "$$"
        var number = 0
        while utf8.contains(tag.utf8) {
            number += 1
            tag = "$x\(number)$"
        }
        return tag + self + tag
    }

    /// By scalars: a quote with a combining accent is another Character.
    private func doubling(_ quote: Unicode.Scalar) -> String {
        var text = ""
        for scalar in unicodeScalars {
            text.unicodeScalars.append(scalar)
            if scalar == quote { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    /// The text for a comment: on one line, with control characters escaped.
    package var onOneLine: String { linesEscapingControls.joined(separator: " ") }

    /// Without the parentheses that enclose the whole text.
    package var withoutOuterParentheses: String {
        var text = unicodeScalars[...]
        while text.first == "(", let close = text.indexOfClosingParenthesis, text.index(after: close) == text.endIndex {
            text = text.dropFirst().dropLast()
        }
        return String(text)
    }

    /// All names in the text, plain or quoted, key words included. The contents of strings are skipped.
    package var names: Set<SQLIdentifier> { SQLToken.tokens(of: self).compactMap(\.name).identifiers }

    /// All key words that are not unreserved (`pg_get_keywords()` of PostgreSQL 18).
    private static let keywords = Set(
        """
        all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast \
        char character check coalesce collate collation column concurrently constraint create cross current_catalog \
        current_date current_role current_schema current_time current_timestamp current_user dec decimal default \
        deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant \
        greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join \
        json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize \
        json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national \
        natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay \
        placing position precision primary real references returning right row select session_user setof similar smallint \
        some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true union \
        unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement \
        xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
        """.split(at: " "))
}

extension String {
    /// The name that PostgreSQL gives by default: table, column and a word, together at most 63 bytes.
    package static func defaultName(_ table: String, _ column: String?, _ word: String) -> String {
        var (first, second) = (table.utf8.count, column?.utf8.count ?? 0)
        let room = 63 - word.utf8.count - (column == nil ? 1 : 2)
        while first + second > room {
            if first > second { first -= 1 } else { second -= 1 }
        }
        return [table.clipped(first), column?.clipped(second), word].compactMap { $0 }.joined(separator: "_")
    }

    /// As many whole scalars as fit.
    private func clipped(_ bytes: Int) -> String {
        guard utf8.count > bytes else { return self }
        var text = ""
        for scalar in unicodeScalars {
            guard text.utf8.count + UTF8.width(scalar) <= bytes else { break }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}

extension Substring.UnicodeScalarView {
    /// Where the parenthesis that begins the text is closed. Strings and quoted names are skipped.
    package var indexOfClosingParenthesis: Index? {
        var depth = 0
        var quote: Unicode.Scalar?
        for index in indices {
            let scalar = self[index]
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
            } else if scalar == "(" {
                depth += 1
            } else if scalar == ")" {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }
}

extension [String] {
    /// The names, each quoted as needed, with commas between.
    package var quotedList: String { map(\.quotedIfNeeded).joined(separator: ", ") }
}
