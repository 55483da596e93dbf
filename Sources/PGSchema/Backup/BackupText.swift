import PGSchemaMigrations
import PGSchemaSQL

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

import PGWire

/// Checks that SQL text is safe in a backup file. psql reads the file too, and to psql a backslash outside of quotes and
/// comments begins a command, which may run a program (class of CVE-2025-8714).
///
/// Neither the server that sends the text nor the file that is restored is trusted.
package enum BackupText {
    /// Checks the text of a part.
    package static func check(_ text: String) throws(BackupError.UnsafeText) {
        let scanner = SQLScanner(text: Array(text.unicodeScalars))
        let scalars = scanner.text
        var position = 0
        // A semicolon outside of quotes ends it, so it cannot go on in the next part.
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

    private static func checkQuoting(in statement: String) throws(BackupError.UnsafeText) {
        let name = "standard_conforming_strings"
        // In other statements the name can only occur in a string.
        let words = statement.asciiLowercased
        let isSetting = ["set", "select", "reset"].contains { words.starts(withBytesOf: $0) }
        guard isSetting, words.contains(bytesOf: name) else { return }
        // As each backup sets it.
        guard statement.hasSameBytes(as: "SET LOCAL \(name) = on") else { throw .quoting }
    }

    private static let control = [
        "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare",
    ]

    private static func checkCommand(of statement: String) throws(BackupError.UnsafeText) {
        let word = statement.utf8.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
        let isControl = control.contains { command in
            command.utf8.count == word.count && zip(command.utf8, word).allSatisfy { $0 == $1 | 0x20 }
        }
        if isControl { throw .transactionControl(String(statement.prefix(40))) }
    }
}

/// Checks the rows of a COPY that are written into a file, in pieces of any size. A line that begins with `\.` would end the
/// rows for psql, which would run what follows as commands. No genuine server sends one: it doubles backslashes in values.
struct CopyRowGuard {
    /// The rows contain something that would end them.
    struct Violation: Error {}

    private enum Place {
        case lineStart, behindBackslash, inside
    }

    private var place = Place.lineStart

    init() {}

    /// Checks the next piece.
    mutating func pass(_ bytes: UnsafeRawBufferPointer) throws(Violation) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        // A NUL ends a line for psql.
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

    /// Checks that the last line is complete, so that `\.` cannot become a part of it.
    func finish() throws(Violation) {
        guard place == .lineStart else { throw Violation() }
    }
}
