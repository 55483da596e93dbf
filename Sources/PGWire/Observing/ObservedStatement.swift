/// A statement under way.
public struct ObservedStatement: Sendable {
    /// How statements reach the server.
    public enum Kind: Sendable, Hashable {
        /// One call.
        case call
        /// Rows that are iterated over.
        case sequence
        /// One of the statements of a pipeline: which, from 0, and of how many.
        case pipeline(index: Int, count: Int)
        /// One statement that is carried out for each element of a sequence.
        case many
        /// A text with any number of statements.
        case script
        /// Data copied to the server.
        case copyIn
        /// Data copied from the server.
        case copyOut
    }

    /// The connection that it runs on.
    public let connection: ObservedConnection
    /// How it reaches the server.
    public let kind: Kind
    /// Where in the program it was called, as far as that is known: the innermost ``withStatementPlace(fileID:line:_:)``, or where
    /// the connection was borrowed from a pool.
    public let place: BorrowingPlace?
    /// What the observer has given for the transaction around it (``Observation/context``); nil outside of `transaction`.
    public internal(set) var transactionContext: (any Sendable)?
    let source: Source

    /// Where the text comes from. It is not made before somebody asks.
    enum Source: Sendable {
        case sql(SQL)
        case text(String)
    }

    init(
        _ source: Source, _ kind: Kind, _ connection: ObservedConnection, _ place: BorrowingPlace?,
        transactionContext: (any Sendable)?
    ) {
        self.source = source
        self.kind = kind
        self.connection = connection
        self.place = place
        self.transactionContext = transactionContext
    }

    /// The text, with `$1`, `$2` … for parameters (OpenTelemetry: `db.query.text`). It has what the program wrote into it.
    public var text: String {
        switch source {
        case .sql(let sql): sql.text
        case .text(let text): text
        }
    }

    /// The text with `?` for each string and number that is written in it, such as the password of a CREATE ROLE.
    /// Strings are read as they are with `standard_conforming_strings`, which is on unless somebody has turned it off.
    public var sanitizedText: String { StatementSummary.sanitized(text) }

    /// What it does, in one or two words: `SELECT`, `CREATE TABLE` (OpenTelemetry: `db.operation.name`).
    public var operation: String { StatementSummary(text).operation }

    /// What it does to which tables: `SELECT player team`, one of few texts whatever the values are (OpenTelemetry:
    /// `db.query.summary`). At most 255 bytes.
    public var summary: String { StatementSummary(text).text }

    /// How a statement ends.
    public struct End: Sendable {
        /// From just before it was sent until its answer was read, or the call that read it was left.
        public let duration: Duration
        /// The tag; of a script that of its last statement, of one for many elements that of the last element. Nil when it failed, or
        /// was left before its end.
        public let tag: CommandTag?
        /// For how many elements it was carried out; 1 where it is none of those calls.
        public let elements: Int
        /// How many rows came back (OpenTelemetry: `db.response.returned_rows`), of COPY how many were copied; nil where that is not
        /// known, as when it failed or was left.
        public let rows: Int?
        /// The bytes of the protocol that it took, before encryption, with what travels in the same batch.
        public let bytesSent: Int
        /// The bytes of its answers, after decryption.
        public let bytesReceived: Int
        /// Whether the server had it prepared from an earlier time.
        public let isPrepared: Bool
        /// Whether its rows or data were left before their end. What comes then is not counted.
        public let isIncomplete: Bool
        /// Why it failed.
        public let failure: ObservedFailure?
    }
}

/// Where in a program's source a connection was borrowed, or a statement is called.
public struct BorrowingPlace: Sendable, Hashable, CustomStringConvertible {
    /// Module and file, as `#fileID` has them.
    public var fileID: String
    /// The line.
    public var line: Int

    /// A place.
    public init(fileID: String, line: Int) {
        self.fileID = fileID
        self.line = line
    }

    /// `App/Store.swift:42`.
    public var description: String { "\(fileID):\(line)" }

    /// Where the task is.
    @TaskLocal static var current: BorrowingPlace?

    /// Runs `body` with the task being here.
    static func at<R>(_ fileID: String, _ line: Int, _ body: () async throws -> R) async rethrows -> R {
        try await $current.withValue(BorrowingPlace(fileID: fileID, line: line), operation: body)
    }
}

/// Has statements that `body` calls be observed as called here: ``ObservedStatement/place``.
@discardableResult
public func withStatementPlace<R>(
    fileID: String = #fileID, line: Int = #line, _ body: () async throws -> R
) async rethrows -> R {
    try await BorrowingPlace.$current.withValue(BorrowingPlace(fileID: fileID, line: line), operation: body)
}
