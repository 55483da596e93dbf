/// What each statement tells the server of the trace that it belongs to, such as a W3C `traceparent`: it is set for the statement's
/// transaction alone (`set_config(…, true)`), in the same batch as the statement, so it costs no round trip, leaves nothing behind
/// in a pooler's connection, and the text stays the same, so that prepared statements stay of use.
///
/// ```swift
/// configuration.traceContext = .traceparent(setting: "app.traceparent") { Trace.current?.traceparent }
/// ```
/// In a transaction it is sent with the first statement, and with further ones when it has changed. It does not go with scripts, nor
/// with what nothing may come before in its transaction (VACUUM, CALL, CREATE DATABASE, SET TRANSACTION, LOCK TABLE).
public struct TraceContext: Sendable {
    /// The setting: one of one's own, with a dot in its name, or `application_name`.
    public let setting: String
    /// What is set; nil for nothing.
    let current: @Sendable () -> String?
    /// What is set for a context; nil where it makes no sense.
    let value: @Sendable (String) -> String?

    /// The trace context as it is, in a setting of one's own, such as `app.traceparent`: functions of the database read it by
    /// `current_setting('app.traceparent', true)`.
    ///
    /// - Parameter current: called in the task that calls the statement, each time. Where the observer has given a
    ///   ``Observation/traceContext`` for the statement, that counts instead. What is no W3C `traceparent` is not sent.
    public static func traceparent(
        setting: String, _ current: @escaping @Sendable () -> String? = { nil }
    ) -> TraceContext {
        TraceContext(setting: setting, current: current) { isTraceparent($0) ? $0 : nil }
    }

    /// For the extension pg_tracing: `pg_tracing.trace_context`, with `traceparent='…'` as its value.
    public static func pgTracing(_ current: @escaping @Sendable () -> String? = { nil }) -> TraceContext {
        TraceContext(setting: "pg_tracing.trace_context", current: current) {
            isTraceparent($0) ? "traceparent='\($0)'" : nil
        }
    }

    /// As `application_name`, where `pg_stat_activity` and the server's log show it. Any text will do, of which the server keeps 63
    /// bytes. The server reports each change of this setting, which takes some bytes.
    public static func applicationName(_ current: @escaping @Sendable () -> String?) -> TraceContext {
        TraceContext(setting: "application_name", current: current) { $0.hasZero ? nil : $0 }
    }

    /// Whether this is a W3C `traceparent` (W3C Trace Context, section 3.2): version, trace, parent and flags in lower-case
    /// hexadecimal digits, with neither the trace nor the parent zero.
    public static func isTraceparent(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 4, zip(parts, [2, 32, 16, 2]).allSatisfy({ $0.count == $1 }) else { return false }
        let isHexadecimal = parts.allSatisfy { part in
            part.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || 0x61...0x66 ~= $0 }
        }
        let isZero = parts[1].allSatisfy { $0 == UInt8(ascii: "0") } || parts[2].allSatisfy { $0 == UInt8(ascii: "0") }
        return isHexadecimal && !isZero && !parts[0].elementsEqual("ff".utf8)
    }
}
