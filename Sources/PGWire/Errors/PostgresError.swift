/// Every error that PGWire throws, except `CancellationError` and the errors of closures that it was given.
///
/// Most callers tell three kinds apart: the server reported an error (``server(_:)``), the connection failed
/// (``connection(_:)``), or the call itself was wrong (the rest). `description` is one sentence, or several lines for
/// an error of the server. It never contains passwords, keys or values of parameters.
///
/// ```swift
/// do { try await db.execute("INSERT INTO player (name) VALUES (\(name))") }
/// catch PostgresError.server(let error) where error.sqlState == .uniqueViolation { … }
/// ```
public indirect enum PostgresError: Error, Sendable, CustomStringConvertible {
    /// The server reported an error. The connection stays usable unless ``ServerError/isFatal``; then a statement that commits by
    /// itself may have been carried out.
    case server(ServerError)
    /// The connection could not be established, or was lost.
    case connection(ConnectionError)
    /// The connection was lost between COMMIT and its answer, or ended by the server in place of one, or what came was no
    /// answer: the transaction may or may not be committed. Find out before you repeat it.
    case commitOutcomeUnknown(ConnectionError)
    /// The connection was lost between PREPARE TRANSACTION and its answer: the transaction may or may not be prepared, which
    /// `Connection.preparedTransactions()` tells.
    case prepareOutcomeUnknown(ConnectionError)
    /// A statement of a pipeline was skipped or rolled back because another one before the same Sync failed.
    case pipelineAborted(PipelineAbortedError)
    /// A pool could not provide a connection: none became free in time, or the pool is closed.
    case pool(PoolError)
    /// The peer violated the protocol; the connection is closed.
    case protocolViolation(ProtocolViolation)
    /// The connection string or the configuration is invalid.
    case configuration(ConfigurationError)
    /// A column cannot be decoded as the requested Swift type.
    case decoding(ColumnDecodingError)
    /// A parameter cannot be encoded.
    case encoding(ParameterEncodingError)
    /// The number of rows is not the one that the call requires.
    case rowCount(RowCountError)
    /// The call is invalid here. The text says why, and what to do.
    case usage(String)

    /// The description of the case's error.
    public var description: String {
        switch self {
        case .server(let error): error.description
        case .connection(let error): error.description
        case .commitOutcomeUnknown(let error):
            "the transaction may or may not be committed, as the answer to COMMIT never came: \(error)"
        case .prepareOutcomeUnknown(let error):
            "the transaction may or may not be prepared, as the answer to PREPARE TRANSACTION never came: \(error)"
        case .pipelineAborted(let error): error.description
        case .pool(let error): error.description
        case .protocolViolation(let error): error.description
        case .configuration(let error): error.description
        case .decoding(let error): error.description
        case .encoding(let error): error.description
        case .rowCount(let error): error.description
        case .usage(let text): text
        }
    }

    /// Whether nothing was executed for certain and another attempt may succeed, so that the same call may be made
    /// again.
    ///
    /// Never true for failed authentication: poolers lock out a client that keeps trying.
    public var isSafeToRetry: Bool {
        switch self {
        case .connection(let error):
            switch error.reason {
            case .unreachable, .nameNotResolved, .wrongServer, .behind: true
            case .timedOut, .lost:
                error.phase == .connecting || error.phase == .nameResolution || error.phase == .tls
                    || error.phase == .authentication
            default: false
            }
        case .server(let error):
            error.sqlState == .tooManyConnections || error.sqlState == .cannotConnectNow
        case .pool(let error): error.reason == .timedOut
        default: false
        }
    }

    /// Whether the transaction was rolled back because of concurrent transactions (`40001`, `40P01`), or because a table has
    /// changed since a statement was prepared: the whole transaction may succeed when it is run again.
    public var isTransactionRetryable: Bool {
        guard case .server(let error) = self else { return false }
        return error.sqlState == .serializationFailure || error.sqlState == .deadlockDetected || error.isStalePlan
    }

    /// A column cannot be decoded as the requested Swift type.
    public struct ColumnDecodingError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The column's index, counted from 0.
        public var columnIndex: Int
        /// The column's name; nil when there is no such column.
        public var columnName: String?
        /// The column, its type, the Swift type and what is wrong; the value itself only where it is out of range.
        public var description: String
        /// Of a call for many elements, as `fetchMany`, the element whose row it was, counted from 0.
        public var elementIndex: Int?
    }

    /// A parameter cannot be encoded.
    public struct ParameterEncodingError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The parameter's number, counted from 1 as in `$1`; nil when the problem is the statement as a whole.
        public var parameter: Int?
        /// The parameter and what is wrong with it; never its value.
        public var description: String
        /// Of a call for many elements, as `executeMany`, the element that has the value, counted from 0.
        public var elementIndex: Int?
    }

    /// A statement of a pipeline had no effect because another one failed.
    public struct PipelineAbortedError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The error of the other statement.
        public var cause: ServerError
        /// One sentence, and the other statement's error.
        public var description: String {
            "the statement had no effect, because another one of the pipeline failed:\n\(cause)"
        }
    }

    /// The number of rows is not the one that the call requires.
    public struct RowCountError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The number of rows; 2 stands for two or more.
        public var count: Int
        /// The number that was required and the number that came.
        public var description: String
    }
}
