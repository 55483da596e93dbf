/// Whoever is told what connections and pools do: traces, metrics, logs. Set as ``Connection/Configuration/observer``.
///
/// What takes time has a beginning and an end: the methods are called at the beginning, in the task that makes the call, so that
/// its task-local values are those of the caller, and what they return is called at the end. Return nil where the end is of no
/// interest. Everything else comes as a ``DatabaseEvent``. All methods have defaults that do nothing:
///
/// ```swift
/// struct Spans: DatabaseObserver {
///     func statementBegins(_ statement: ObservedStatement) -> Observation<ObservedStatement.End>? {
///         let span = tracer.startSpan(statement.summary, ofKind: .client)
///         return Observation { end in span.end() }
///     }
/// }
/// ```
///
/// Values of parameters and rows are never told, nor are secrets of the configuration. The text of a statement is, with whatever
/// was written into it; ``ObservedStatement/sanitizedText`` is without literals.
///
/// The methods cannot throw and must not wait: the connection has to wait for them. What they begin on the same connection in a
/// task of its own has its turn once the call under way is over; a method that blocks its thread until then waits for ever.
///
/// Without an observer nothing is measured.
public protocol DatabaseObserver: Sendable {
    /// A connection is being made: once for each call, however many servers it tries.
    func connectionBegins(_ attempt: ConnectionAttempt) -> Observation<ConnectionAttempt.End>?
    /// A statement is about to be sent: its call has the connection for itself by now.
    func statementBegins(_ statement: ObservedStatement) -> Observation<ObservedStatement.End>?
    /// A transaction is about to begin; again for each attempt.
    func transactionBegins(_ transaction: ObservedTransaction) -> Observation<ObservedTransaction.End>?
    /// A pool is asked for a connection.
    func borrowingBegins(_ borrowing: PoolBorrowing) -> Observation<PoolBorrowing.End>?
    /// Something has happened.
    func happened(_ event: DatabaseEvent)
}

extension DatabaseObserver {
    /// Does nothing.
    public func connectionBegins(_ attempt: ConnectionAttempt) -> Observation<ConnectionAttempt.End>? { nil }
    /// Does nothing.
    public func statementBegins(_ statement: ObservedStatement) -> Observation<ObservedStatement.End>? { nil }
    /// Does nothing.
    public func transactionBegins(_ transaction: ObservedTransaction) -> Observation<ObservedTransaction.End>? { nil }
    /// Does nothing.
    public func borrowingBegins(_ borrowing: PoolBorrowing) -> Observation<PoolBorrowing.End>? { nil }
    /// Does nothing.
    public func happened(_ event: DatabaseEvent) {}
}

/// What an observer wants of something that has begun.
public struct Observation<End>: Sendable {
    /// Whatever the observer wants to find again: that of a transaction comes with its statements, as
    /// ``ObservedStatement/transactionContext``, so that a span can be the parent of theirs.
    public var context: (any Sendable)?
    /// The trace context of a statement for the server, where one is sent; see ``TraceContext``. Nil for that of the closure there.
    public var traceContext: String?
    /// Called once, when it is over.
    public var end: @Sendable (End) -> Void

    /// What is to be called at the end, and what to keep until then.
    public init(
        context: (any Sendable)? = nil, traceContext: String? = nil, end: @escaping @Sendable (End) -> Void
    ) {
        self.context = context
        self.traceContext = traceContext
        self.end = end
    }
}

/// A connection, as observers know it.
public struct ObservedConnection: Sendable, Hashable, Identifiable {
    /// Tells it from all others of this program.
    public let id: UInt64
    /// The server (OpenTelemetry: `server.address`, `server.port`).
    public let endpoint: Endpoint
    /// The database (OpenTelemetry: `db.namespace`).
    public let database: String
    /// The role.
    public let user: String
    /// As ``Connection/backendProcessID``; nil where it is not known yet.
    public internal(set) var backendProcessID: Int32?

    init(id: UInt64, endpoint: Endpoint, database: String, user: String) {
        self.id = id
        self.endpoint = endpoint
        self.database = database
        self.user = user
    }
}

/// Why something failed that was observed.
public struct ObservedFailure: Sendable, CustomStringConvertible {
    /// The error that the caller got.
    public let error: any Error

    init(_ error: any Error) { self.error = error }

    /// The code of an error that the server reported (OpenTelemetry: `db.response.status_code`); else nil.
    public var sqlState: SQLState? {
        if case PostgresError.server(let error) = error { error.sqlState } else { nil }
    }

    /// One of few names for what went wrong (OpenTelemetry: `error.type`): the server's code, a kind of error of PGWire's such as
    /// `connection.lost`, `cancelled`, or the type of another error.
    public var type: String {
        switch error {
        case let error as PostgresError: error.kind
        case is CancellationError: "cancelled"
        default: String(reflecting: Swift.type(of: error))
        }
    }

    /// Its type. The error itself may tell more than is to stand in a log.
    public var description: String { type }
}

extension PostgresError {
    fileprivate var kind: String {
        switch self {
        case .server(let error): error.sqlState.description
        case .connection(let error): "connection.\(error.reason)"
        case .commitOutcomeUnknown: "commitOutcomeUnknown"
        case .prepareOutcomeUnknown: "prepareOutcomeUnknown"
        case .pipelineAborted: "pipelineAborted"
        case .pool(let error): "pool.\(error.reason)"
        case .protocolViolation: "protocolViolation"
        case .configuration: "configuration"
        case .decoding: "decoding"
        case .encoding: "encoding"
        case .rowCount: "rowCount"
        case .usage: "usage"
        }
    }
}
