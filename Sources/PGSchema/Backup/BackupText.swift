import PGSchemaMigrations
import PGSchemaSQL

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

import PGWire

/// What may stand in a part of a backup's file: psql reads the file too, and to psql a backslash outside of quotes and
/// comments begins a command of its own, such as one that runs a program (class of CVE-2025-8714).
///
/// Texts come from a server that may be anybody's, and a file from anywhere; nothing is believed of either.
public enum BackupText {
    /// Why a text is none for a backup.
    public enum Problem: Error, Equatable, CustomStringConvertible {
        /// A backslash that psql would take for a command.
        case backslash
        /// A quote, a comment or a statement that is not ended, and would go on in the next part.
        case unfinished
        /// A statement that begins or ends a transaction; its first words.
        case transactionControl(String)
        /// A change of what a backslash in quotes means, after which this program and psql would read the file otherwise.
        case quoting

        public var description: String {
            switch self {
            case .backslash: "a backslash outside of quotes, with which psql begins a command"
            case .unfinished: "a quote, a comment or a statement that does not end"
            case .transactionControl(let text): "\"\(text.escapingControls)\", which begins or ends a transaction"
            case .quoting: "standard_conforming_strings, which would change how the file is read"
            }
        }
    }

    /// Looks at the text of a part.
    package static func check(_ text: String) throws(Problem) {
        let scanner = SQLScanner(text: Array(text.unicodeScalars))
        let scalars = scanner.text
        var position = 0
        // Ended by a semicolon outside of quotes, nothing of it can go on in the next part.
        var isEnded = true
        while position < scalars.count {
            let end = scanner.end(ofWordAt: position) ?? scanner.end(ofTokenAt: position)
            if scanner.isComment(at: position) {
                let isBlock = scalars[position] == "/"
                guard !isBlock || end - position >= 4 && scalars[..<end].suffix(2) == ["*", "/"] else {
                    throw .unfinished
                }
            } else if !SQLScanner.isBlank(scalars[position]) {
                if scalars[position] == "\\" { throw .backslash }
                isEnded = scalars[position] == ";"
            }
            position = end
        }
        guard isEnded else { throw .unfinished }
        for statement in StatementSplitter.parts(of: text).flatMap(\.statements) {
            try checkQuoting(in: statement.text)
            try checkCommand(of: statement.text)
        }
    }

    private static func checkQuoting(in statement: String) throws(Problem) {
        let name = "standard_conforming_strings"
        // Elsewhere it is a text in which it is mentioned.
        let words = statement.asciiLowercased
        let isSetting = ["set", "select", "reset"].contains { words.starts(withBytesOf: $0) }
        guard isSetting, words.contains(bytesOf: name) else { return }
        // As each backup sets it.
        guard statement.hasSameBytes(as: "SET LOCAL \(name) = on") else { throw .quoting }
    }

    private static let control = [
        "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare",
    ]

    private static func checkCommand(of statement: String) throws(Problem) {
        let word = statement.utf8.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
        let isControl = control.contains { command in
            command.utf8.count == word.count && zip(command.utf8, word).allSatisfy { $0 == $1 | 0x20 }
        }
        if isControl { throw .transactionControl(String(statement.prefix(40))) }
    }
}

/// Watches the rows of a COPY that go into a file, in whatever pieces they come: a line that begins with `\.` would end them
/// for psql, and what follows would be taken for commands. No server writes one, as each backslash in a value is doubled.
package struct CopyRowGuard {
    /// What ends the data, or would.
    package struct Violation: Error {}

    private enum Place {
        case lineStart, behindBackslash, inside
    }

    private var place = Place.lineStart

    package init() {}

    /// Looks at the next piece.
    package mutating func pass(_ bytes: UnsafeRawBufferPointer) throws(Violation) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        // psql's lines end there.
        if memchr(base, 0, bytes.count) != nil { throw Violation() }
        var position = 0
        while position < bytes.count {
            switch place {
            case .inside:
                guard let end = memchr(base + position, 10, bytes.count - position) else { return }
                position = UnsafeRawPointer(end) - base
                place = .lineStart
            case .behindBackslash where bytes[position] == UInt8(ascii: "."): throw Violation()
            case .lineStart, .behindBackslash:
                let isFirst = place == .lineStart
                switch bytes[position] {
                case 10: place = .lineStart
                case UInt8(ascii: "\\") where isFirst: place = .behindBackslash
                default: place = .inside
                }
            }
            position += 1
        }
    }

    /// Whether the last line is complete: the mark that ends the data must not become a part of it.
    package func finish() throws(Violation) {
        guard place == .lineStart else { throw Violation() }
    }
}
