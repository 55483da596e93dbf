extension StringProtocol {
    /// The text as it may be shown on a terminal or in a log: on one line, and what would not be seen but obeyed is
    /// written out, as `\n` or `\u{1B}`.
    ///
    /// A server, a file or a request may hold anything: escape sequences change a terminal's title or clear it, a line
    /// break lets a forged line follow, a bidirectional override shows text in another order than it is in.
    package var escapingControls: String {
        guard unicodeScalars.contains(where: \.isObeyed) else { return String(self) }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isObeyed {
                text.append(contentsOf: scalar.written.unicodeScalars)
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }

    /// The text's lines, each as ``escapingControls`` shows it, for a place where further lines are indented.
    package var linesEscapingControls: [String] {
        unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var text = String.UnicodeScalarView()
            text.append(contentsOf: line.last == "\r" ? line.dropLast() : line)
            return String(text).escapingControls
        }
    }
}

extension Unicode.Scalar {
    /// Whether a terminal, or whoever shows text, obeys it instead of showing it: C0, DEL, C1, the separators of lines and
    /// paragraphs, and the marks that change the direction (Unicode Standard Annex #9).
    package var isObeyed: Bool {
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
