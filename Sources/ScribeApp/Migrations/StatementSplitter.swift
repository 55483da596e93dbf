#if ScribeApp
/// Cuts SQL text at the semicolons that end statements, so that an error can name the one that failed.
///
/// It knows what may hide a semicolon: strings, quoted identifiers, dollar quotes and comments.
package struct StatementSplitter {
    private let firstLine: Int
    private var scanner = SQLScanner()

    /// - Parameter firstLine: the number of the text's first line in its file.
    package init(firstLine: Int) { self.firstLine = firstLine }

    package mutating func append(_ line: Substring) {
        scanner.text += line.unicodeScalars
        scanner.text.append("\n")
    }

    package func statements() -> [Revision.Statement] {
        let text = scanner.text
        var result: [Revision.Statement] = []
        var comments: [String] = []
        var start = 0
        var position = 0
        while position < text.count {
            let next = scanner.end(ofTokenAt: position)
            if position == start, scanner.isComment(at: position) {
                comments.append(String(String.UnicodeScalarView(text[position..<next])))
                start = next
            } else if position == start, text[position].properties.isWhitespace {
                start = next
            } else if text[position] == ";" {
                append(start..<position, &comments, to: &result)
                start = next
            }
            position = next
        }
        append(start..<text.count, &comments, to: &result)
        return result
    }

    private func append(
        _ range: Range<Int>, _ comments: inout [String], to result: inout [Revision.Statement]
    ) {
        let statement = String(String.UnicodeScalarView(scanner.text[range])).trimmed
        guard !statement.isEmpty else { return }
        let line = firstLine + scanner.text[..<range.lowerBound].count { $0 == "\n" }
        result.append(Revision.Statement(text: statement, line: line, comments: comments))
        comments = []
    }
}
#endif
