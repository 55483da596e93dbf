/// Shows a position in a statement as psql does: the line, and a caret below the position.
enum Caret {
    /// The greatest number of columns shown of a line: longer lines, as in generated statements, are cut around the
    /// position.
    private static let width = 76

    static func lines(for sql: String, position: Int) -> [String] {
        let scalars = Array(sql.unicodeScalars)
        guard position >= 1, position <= scalars.count + 1 else { return [] }
        let index = position - 1
        let isBreak: (Unicode.Scalar) -> Bool = { $0 == "\n" || $0 == "\r" }
        let lineNumber = 1 + scalars[..<index].count { $0 == "\n" }
        let start = (scalars[..<index].lastIndex(where: isBreak)).map { $0 + 1 } ?? 0
        let end = scalars[index...].firstIndex(where: isBreak) ?? scalars.count

        var from = start
        var to = end
        if to - from > width {
            from = max(start, min(index - width / 2, end - width))
            to = min(end, from + width)
        }
        let head = "LINE \(lineNumber): " + (from > start ? "..." : "")
        let text = text(scalars[from..<to]) + (to < end ? "..." : "")
        let indent = head.unicodeScalars.count + columns(scalars[from..<index])
        return [head + text, String(repeating: " ", count: indent) + "^"]
    }

    /// Replaces control characters by blanks: they would displace the caret or control the terminal.
    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        for scalar in scalars { text.append(scalar.isDisplayControl ? " " : scalar) }
        return String(text)
    }

    /// The width of the scalars on a terminal: 0 columns for combining marks, 2 for East Asian wide characters.
    private static func columns(_ scalars: ArraySlice<Unicode.Scalar>) -> Int {
        scalars.reduce(0) { sum, scalar in
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: return sum
            default: break
            }
            let value = scalar.value
            let isWide =
                (0x1100...0x115F).contains(value) || (0x2E80...0xA4CF).contains(value)
                || (0xAC00...0xD7A3).contains(value) || (0xF900...0xFAFF).contains(value)
                || (0xFE30...0xFE6F).contains(value) || (0xFF00...0xFF60).contains(value)
                || (0xFFE0...0xFFE6).contains(value) || (0x1F300...0x1FAFF).contains(value)
                || (0x20000...0x3FFFD).contains(value)
            return sum + (isWide ? 2 : 1)
        }
    }
}
