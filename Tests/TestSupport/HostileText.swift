import Foundation
import PGSchemaSQL
import PGWire
package import Testing

/// What a peer may say: it steers terminals, hides and reorders text, and ends its line to let a forged one follow.
package enum HostileText {
    private static let forged = "2026-01-01 ERROR forged"
    /// Short enough for a name with something behind it.
    package static let text = "\u{1B}]0;owned\u{7}\u{1B}[2J\r\n\(forged)\u{9B}2J\u{202E}"
    /// With the other ends of lines, for where there is room.
    package static let all = text + "\t\u{7F}\u{85}\(forged)\u{2028}\(forged)\u{2029}\(forged)\n\(forged)"
    /// The short one in a constant or a name of SQL, behind `U&` and a quote.
    package static let escaped = "\\001B]0;owned\\0007\\001B[2J\\000D\\000A\(forged)\\009B2J\\202E"
    /// The short one as a string constant of SQL.
    package static let literal = "U&'\(escaped)'"
    /// The short one in a string of JSON that is in a constant of SQL.
    package static let inJSON = escaped.replacing("\\", with: "\\\\u")

    /// A new name that holds it.
    package static func name() -> String { text + String(UInt16.random(in: 0...UInt16.max), radix: 36) }

    /// Expects that nothing in what was shown is obeyed, and that no line of it is forged: further lines of what a server
    /// says are indented.
    ///
    /// - Parameter isThere: whether the hostile text must be in it, or else it proves nothing.
    package static func expectShown(
        _ shown: String, isThere: Bool = true, _ what: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let obeyed = shown.unicodeScalars.filter { $0.isObeyed && $0 != "\n" }
        #expect(obeyed.isEmpty, "\(what): \(obeyed)", sourceLocation: sourceLocation)
        let lines = shown.unicodeScalars.split(separator: "\n").map { String(String.UnicodeScalarView($0)) }
        let isForged = lines.contains { $0.hasPrefix(forged) }
        #expect(!isForged, "\(what): \(shown.debugDescription)", sourceLocation: sourceLocation)
        if isThere {
            #expect(shown.contains("forged"), "\(what): \(shown)", sourceLocation: sourceLocation)
        }
    }
}
