extension StringProtocol {
    /// The text on one line, with control characters escaped as `\n` or `\u{1B}`, so that it is safe on a terminal and
    /// in a log.
    ///
    /// The text of a server, a file or a request may contain anything: escape sequences control a terminal, a line
    /// break forges another line, a bidirectional override changes the order that text is shown in.
    package var escapingControls: String {
        guard unicodeScalars.contains(where: \.isDisplayControl) else { return String(self) }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isDisplayControl {
                text.append(contentsOf: scalar.written.unicodeScalars)
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }

    /// The text's lines, each with its control characters escaped, for a caller that indents them.
    package var linesEscapingControls: [String] {
        unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var text = String.UnicodeScalarView()
            text.append(contentsOf: line.last == "\r" ? line.dropLast() : line)
            return String(text).escapingControls
        }
    }
}

extension Unicode.Scalar {
    /// Whether the scalar controls the display of text: C0, DEL, C1, line and paragraph separators, and the marks that
    /// change the direction (Unicode Standard Annex #9).
    package var isDisplayControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    fileprivate var written: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(value, radix: 16, uppercase: true))}"
        }
    }
}
