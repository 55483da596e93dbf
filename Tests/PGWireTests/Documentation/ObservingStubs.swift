import PGWire
import Synchronization

/// As much of swift-distributed-tracing, swift-metrics and swift-log as the examples use, written down for the tests.
extension ObservingExamples {
    struct ServiceContext: Sendable {
        var traceparent: String?
        var requestID = 0
        @TaskLocal static var current: ServiceContext?
        static let topLevel = ServiceContext()
    }

    enum SpanKind { case client }
    enum SpanStatus { case error }

    final class TracedSpan: Sendable {
        let name: String
        let parent: ServiceContext
        let context: ServiceContext
        private let state = Mutex<(attributes: [String: any Sendable], isEnded: Bool, isError: Bool)>(
            ([:], false, false))

        init(_ name: String, _ parent: ServiceContext, _ number: Int) {
            self.name = name
            self.parent = parent
            let digits = String(number)
            let id = String(repeating: "a", count: 16 - digits.count) + digits
            context = ServiceContext(
                traceparent: "00-0af7651916cd43dd8448eb211c80319c-\(id)-01", requestID: parent.requestID)
        }

        var attributes: [String: any Sendable] {
            get { state.withLock { $0.attributes } }
            set { state.withLock { $0.attributes = newValue } }
        }
        var isEnded: Bool { state.withLock { $0.isEnded } }
        var isError: Bool { state.withLock { $0.isError } }
        func setStatus(_ status: SpanStatus) { state.withLock { $0.isError = true } }
        func end() { state.withLock { $0.isEnded = true } }
    }

    final class Tracer: Sendable {
        static let shared = Tracer()
        let spans = Log<TracedSpan>()

        func startSpan(_ name: String, context: ServiceContext, ofKind kind: SpanKind) -> TracedSpan {
            let span = TracedSpan(name, context, spans.all.count)
            spans.append(span)
            return span
        }
    }

    /// What was measured: label, dimensions and a number.
    static let measured = Log<String>()

    private static func note(_ label: String, _ dimensions: [(String, String)]) {
        measured.append("\(label) " + dimensions.map { "\($0.0)=\($0.1)" }.joined(separator: " "))
    }

    struct Timer {
        let label: String
        let dimensions: [(String, String)]
        func record(duration: Duration) { if duration >= .zero { note(label, dimensions) } }
    }

    struct Counter {
        let label: String
        let dimensions: [(String, String)]
        func increment() { note(label, dimensions) }
    }

    struct Gauge {
        let label: String
        let dimensions: [(String, String)]
        func record(_ value: Int) { note("\(label)=\(value)", dimensions) }
    }

    struct Logger: Sendable {
        let lines = Log<String>()
        func debug(_ text: String) { lines.append("debug \(text)") }
        func info(_ text: String) { lines.append("info \(text)") }
        func warning(_ text: String) { lines.append("warning \(text)") }
    }
}
