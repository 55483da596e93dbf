/// An observer that passes on statements that took longer than a threshold, and nothing else.
///
/// ```swift
/// configuration.observer = SlowStatementLog(slowerThan: .milliseconds(500)) { slow in logger.warning("\(slow)") }
/// ```
public struct SlowStatementLog: DatabaseObserver {
    /// What is slow.
    public let threshold: Duration
    private let report: @Sendable (SlowStatement) -> Void

    /// An observer that calls `report` at the end of each statement that took longer, also of one that failed. It is called in the
    /// task that made the call, which goes on when it returns.
    public init(slowerThan threshold: Duration, _ report: @escaping @Sendable (SlowStatement) -> Void) {
        self.threshold = threshold
        self.report = report
    }

    /// Measures it.
    public func statementBegins(_ statement: ObservedStatement) -> Observation<ObservedStatement.End>? {
        Observation { [threshold, report] end in
            if end.duration > threshold { report(SlowStatement(statement: statement, end: end)) }
        }
    }
}

/// A statement that was slow.
public struct SlowStatement: Sendable, CustomStringConvertible {
    /// What it was, and where it was called.
    public let statement: ObservedStatement
    /// How long it took, and what came of it.
    public let end: ObservedStatement.End

    /// `1.25 s, SELECT 3, at App/Store.swift:42: SELECT …`, with the text as far as it has at most 2,000 bytes, without its literals.
    public var description: String {
        let outcome = end.failure?.type ?? end.tag?.description ?? "left before its end"
        let place = statement.place.map { ", at \($0)" } ?? ""
        let text = statement.sanitizedText.escapingControls
        let shown = text.utf8.count > 2000 ? "\(String(decoding: text.utf8.prefix(2000), as: UTF8.self))…" : text
        return "\(end.duration.text), \(outcome.escapingControls)\(place): \(shown)"
    }
}
