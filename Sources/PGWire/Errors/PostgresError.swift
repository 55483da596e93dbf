/// Whatever PGWire throws, but for `CancellationError` and what a closure of yours throws.
///
/// Three kinds matter to most callers: the server said no (``server(_:)``), the connection failed (``connection(_:)``),
/// and the call itself was wrong (the rest). `description` is one clear sentence, or several lines for an error of the
/// server; it never holds passwords, keys or the values of parameters.
///
/// ```swift
/// do { try await db.execute("INSERT INTO player (name) VALUES (\(name))") }
/// catch PostgresError.server(let error) where error.sqlState == .uniqueViolation { … }
/// ```
public indirect enum PostgresError: Error, Sendable, CustomStringConvertible {
    /// The server reported an error. The connection stays usable unless ``ServerError/isFatal``.
    case server(ServerError)
    /// The connection could not be made, or was lost.
    case connection(ConnectionError)
    /// The connection was lost between COMMIT and its answer: the transaction may or may not have been carried out.
    /// Look before you repeat it.
    case commitOutcomeUnknown(ConnectionError)
    /// A statement of a pipeline was not carried out, or was undone, because another one under the same Sync failed.
    case pipelineAborted(PipelineAbortedError)
    /// A pool has no connection to give: none became free in time, or it is closed.
    case pool(PoolError)
    /// The peer broke the protocol; the connection is closed.
    case protocolViolation(ProtocolViolation)
    /// The connection string, or a value in the configuration, is unusable.
    case configuration(ConfigurationError)
    /// A column is no value of the Swift type that was asked for.
    case decoding(ColumnDecodingError)
    /// A parameter cannot be sent.
    case encoding(ParameterEncodingError)
    /// Another number of rows came than the call asks for.
    case rowCount(RowCountError)
    /// The call is not possible now, or not this way; the text says why and what to do.
    case usage(String)

    public var description: String {
        switch self {
        case .server(let error): error.description
        case .connection(let error): error.description
        case .commitOutcomeUnknown(let error):
            "the transaction may or may not be committed, as the answer to COMMIT never came: \(error)"
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

    /// Whether certainly nothing was carried out and another try may succeed, so that the same call may simply be made
    /// again.
    ///
    /// Never true for failed authentication: poolers lock a client out that goes on trying.
    public var isSafeToRetry: Bool {
        switch self {
        case .connection(let error):
            switch error.reason {
            case .unreachable, .nameNotResolved: true
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

    /// Whether the transaction was rolled back because of others at the same time (`40001`, `40P01`): running all of it
    /// again may succeed.
    public var isTransactionRetryable: Bool {
        guard case .server(let error) = self else { return false }
        return error.sqlState == .serializationFailure || error.sqlState == .deadlockDetected
    }

    /// A column is no value of the Swift type that was asked for.
    public struct ColumnDecodingError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The column's place, counted from 0.
        public var columnIndex: Int
        /// The column's name, where the column exists.
        public var columnName: String?
        /// The column, its type, the Swift type and what is wrong; the value itself only where it is out of range.
        public var description: String
    }

    /// A parameter cannot be sent.
    public struct ParameterEncodingError: Error, Sendable, Hashable, CustomStringConvertible {
        /// Which parameter, counted from 1 as in `$1`; nil when the statement as a whole is meant.
        public var parameter: Int?
        /// The parameter and what is wrong with it; never its value.
        public var description: String
    }

    /// A statement of a pipeline had no effect because another one failed.
    public struct PipelineAbortedError: Error, Sendable, Hashable, CustomStringConvertible {
        /// What the other one failed with.
        public var cause: ServerError
        /// That it had no effect, and why.
        public var description: String {
            "the statement had no effect, because another one of the pipeline failed:\n\(cause)"
        }
    }

    /// Another number of rows came than the call asks for.
    public struct RowCountError: Error, Sendable, Hashable, CustomStringConvertible {
        /// How many came; 2 stands for two or more.
        public var count: Int
        /// What was asked for and what came.
        public var description: String
    }
}
