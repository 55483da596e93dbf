import Foundation
import PGSchemaSQL
import PGWire
import Testing
import TestSupport

extension HostileText {
    /// Expects the same of all that a command wrote; that it is JSON too, with `isJSON`.
    static func expectShown(
        _ outcome: ScribeProcess.Outcome, of arguments: [String], isThere: Bool = true, isJSON: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let what = "\(arguments.joined(separator: " ").escapingControls), status \(outcome.status)"
        // Each of them may go to a terminal of its own.
        expectShown(
            outcome.output + "\n" + outcome.problems, isThere: isThere, what, sourceLocation: sourceLocation)
        guard isJSON else { return }
        #expect(throws: Never.self, "\(what): \(outcome.output)", sourceLocation: sourceLocation) {
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        }
        let isInIt = !isThere || outcome.output.contains("forged")
        #expect(isInIt, "\(what): \(outcome.output)", sourceLocation: sourceLocation)
    }
}
