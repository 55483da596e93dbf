import PGSchemaSQL
import PGWire

extension String {
    /// As a string constant.
    package var literal: String {
        var text = " E'"
        for scalar in unicodeScalars {
            if scalar == "'" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return text + "'"
    }

    /// As a name in SQL.
    package var asName: String { SQLIdentifier(self).quoted }

    /// The scalars that fit in so many bytes.
    package func utf8Prefix(_ count: Int) -> String {
        var text = ""
        for scalar in unicodeScalars {
            guard text.utf8.count + UTF8.width(scalar) <= count else { break }
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    /// The bytes, so that comparing and printing tell apart what looks the same.
    package var hex: String { utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

extension String {
    /// Whether a terminal would obey some of it.
    package var hasControls: Bool { escapingControls.hex != hex }
}
