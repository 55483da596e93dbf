import PGSchemaSQL

/// Splits SQL text into statements, so that an error can name the one that failed.
///
/// A semicolon does not end a statement inside of strings, quoted identifiers, dollar quotes, comments, parentheses (the commands of a
/// `CREATE RULE`) and the body of a function between `BEGIN ATOMIC` and its `END`.
package struct StatementSplitter {
    private let scanner: SQLScanner
    private var parts = [Part(heading: nil)]
    private var comments: [String] = []
    private var nesting = Nesting()

    /// The statements under one heading.
    package struct Part: Sendable {
        /// `up` or `down`; nil before the first heading.
        package let heading: String?
        package var statements: [Revision.Statement] = []
        /// The comments after the last statement.
        package var comments: [String] = []
    }

    /// The statements of `text`, part by part. A heading is a comment line of one word, `-- up` or `-- down`.
    package static func parts(of text: String) -> [Part] {
        var splitter = StatementSplitter(text)
        splitter.split()
        return splitter.parts
    }

    private init(_ text: String) { scanner = SQLScanner(text: Array(text.unicodeScalars)) }

    private mutating func split() {
        let text = scanner.text
        var (start, startLine) = (0, 1)
        var (position, line) = (0, 1)
        while position < text.count {
            let end = scanner.end(ofWordAt: position) ?? scanner.end(ofTokenAt: position)
            let isComment = scanner.isComment(at: position)
            let isBlank = SQLScanner.isBlank(text[position])
            let heading = isComment ? heading(position..<end) : nil
            let isEnd = text[position] == ";" && nesting.isOutermost
            if isEnd || heading != nil { endStatement(start..<position, startLine) }
            if let heading {
                endPart()
                parts.append(Part(heading: heading))
            } else if position == start, isComment {
                comments.append(string(position..<end))
            } else if !isComment, !isBlank, !isEnd {
                nesting.pass(text[position..<end])
            }
            let isNothing = position == start && (isComment || isBlank)
            line += text[position..<end].count { $0 == "\n" }
            position = end
            if isEnd || heading != nil || isNothing { (start, startLine) = (end, line) }
        }
        endStatement(start..<text.count, startLine)
        endPart()
    }

    private mutating func endStatement(_ range: Range<Int>, _ line: Int) {
        nesting = Nesting()
        let statement = string(range).trimmedOfSQLBlanks
        guard !statement.isEmpty else { return }
        parts[parts.count - 1].statements.append(Revision.Statement(text: statement, line: line, comments: comments))
        comments = []
    }

    private mutating func endPart() {
        parts[parts.count - 1].comments = comments
        comments = []
    }

    /// A line like `-- up`, in any spelling: the down part must never be taken for a continuation of the up part.
    private func heading(_ range: Range<Int>) -> String? {
        guard range.lowerBound == 0 || ["\n", "\r"].contains(scanner.text[range.lowerBound - 1]) else { return nil }
        let line = scanner.text[range]
        guard line.starts(with: "--".unicodeScalars) else { return nil }
        let word = String(String.UnicodeScalarView(line.dropFirst(2))).trimmed.asciiLowercased
        return ["up", "down"].first { word == $0 || word == $0 + ":" }
    }

    private func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scanner.text[range])) }
}

/// The nesting at a place of a statement.
private struct Nesting {
    private var parentheses = 0
    /// `BEGIN ATOMIC` and each `CASE` in it, which has an `END` too.
    private var blocks = 0
    private var isBehindBegin = false
    /// The first words of the statement.
    private var beginning: [String] = []

    var isOutermost: Bool { parentheses <= 0 && blocks == 0 }

    mutating func pass(_ token: ArraySlice<Unicode.Scalar>) {
        // Longer words do not matter.
        let string = token.count <= 9 ? String(String.UnicodeScalarView(token)) : ""
        let word = token.count <= 6 ? string.asciiLowercased : ""
        switch word {
        case "(": parentheses += 1
        case ")": parentheses -= 1
        // Elsewhere `atomic` is a name, of a column or of a result.
        case "atomic" where isBehindBegin && isRoutine && parentheses == 0: blocks += 1
        case "case" where blocks > 0: blocks += 1
        case "end" where blocks > 0: blocks -= 1
        default: break
        }
        isBehindBegin = word == "begin"
        if beginning.count < 4 { beginning.append(token.count <= 9 ? string.asciiLowercased : "") }
    }

    /// Whether it is a `CREATE [OR REPLACE] FUNCTION` or `PROCEDURE`.
    private var isRoutine: Bool {
        beginning.first == "create" && beginning.contains { $0 == "function" || $0 == "procedure" }
    }
}
