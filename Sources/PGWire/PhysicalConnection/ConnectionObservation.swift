import Synchronization

/// What a connection has where somebody observes it: whoever is told, and what is measured. Others have none.
///
/// As ``PhysicalConnection``, of which it is a part, it belongs to whoever holds the lock.
final class ConnectionObservation {
    let observer: any DatabaseObserver
    private(set) var connection: ObservedConnection
    /// The bytes that have passed the transport, without encryption.
    private(set) var bytesSent = 0
    private(set) var bytesReceived = 0
    /// What the observer has given for the open transaction.
    private(set) var transactionContext: (any Sendable)?
    /// Where the connection was borrowed.
    var place: BorrowingPlace?
    /// The statements under way: none, one, or those of a pipeline, of which those are nil that are over.
    private var open: [OpenStatement?] = []
    private let start = MonotonicInstant.now
    /// Whether the attempt to connect has succeeded, so that its end is of interest.
    private var isEstablished = false

    private static let lastID = Atomic<UInt64>(0)

    /// A place in the bytes of both directions.
    struct Position {
        var sent = 0
        var received = 0
    }

    private struct OpenStatement {
        let statement: ObservedStatement
        let observation: Observation<ObservedStatement.End>?
        let start: MonotonicInstant
        var from: Position
        /// How much of what was sent together is this one's; nil for all of it.
        var bytesSent: Int?
    }

    init(_ observer: any DatabaseObserver, _ endpoint: Endpoint, _ configuration: Connection.Configuration) {
        self.observer = observer
        connection = ObservedConnection(
            id: Self.lastID.add(1, ordering: .relaxed).newValue, endpoint: endpoint,
            database: configuration.database ?? configuration.user, user: configuration.user)
    }

    /// Counts what passes the transport.
    func count(_ direction: Transport.Direction, _ count: Int) {
        switch direction {
        case .sent: bytesSent += count
        case .received: bytesReceived += count
        }
    }

    /// Notes that the login is over.
    func establish(_ processID: Int32?) {
        isEstablished = true
        connection.backendProcessID = processID
    }

    /// Tells that the connection is closed.
    func close(_ error: PostgresError) {
        guard isEstablished else { return }
        isEstablished = false
        observer.happened(
            .closed(
                ClosedConnection(
                    connection: connection, reason: ObservedFailure(error), duration: start.duration(to: .now),
                    bytesSent: bytesSent, bytesReceived: bytesReceived)))
    }
}

extension ConnectionObservation {
    /// Whether a statement is under way.
    var hasOpenStatement: Bool { !open.isEmpty }

    /// The trace context that the observer has given for what is under way.
    var traceContext: String? { open.lazy.compactMap { $0?.observation?.traceContext }.first }

    /// Tells that statements begin, which are sent together.
    func begin(
        _ sources: [(ObservedStatement.Source, ObservedStatement.Kind)], _ position: Position, _ processID: Int32?
    ) {
        if connection.backendProcessID == nil { connection.backendProcessID = processID }
        let place = BorrowingPlace.current ?? place
        open = sources.map { source, kind in
            let statement = ObservedStatement(
                source, kind, connection, place, transactionContext: transactionContext)
            let observation = observer.statementBegins(statement)
            return OpenStatement(statement: statement, observation: observation, start: .now, from: position)
        }
    }

    /// Notes how many bytes each statement of a pipeline has taken.
    func note(bytesSent: [Int]) {
        for (index, count) in bytesSent.enumerated() where open.indices.contains(index) {
            open[index]?.bytesSent = count
        }
    }

    /// Tells that the statement at `index` has ended; what comes from there on is the next one's.
    func end(
        _ index: Int, _ position: Position, tag: CommandTag? = nil, rows: Int? = nil, isPrepared: Bool = false,
        isIncomplete: Bool = false, elements: Int = 1, error: (any Error)? = nil
    ) {
        guard open.indices.contains(index), let statement = open[index] else { return }
        open[index] = nil
        if open.allSatisfy({ $0 == nil }) { open = [] }
        if open.indices.contains(index + 1) { open[index + 1]?.from.received = position.received }
        statement.observation?.end(
            ObservedStatement.End(
                duration: statement.start.duration(to: .now), tag: tag, elements: elements, rows: rows,
                bytesSent: statement.bytesSent ?? position.sent - statement.from.sent,
                bytesReceived: position.received - statement.from.received, isPrepared: isPrepared,
                isIncomplete: isIncomplete, failure: error.map(ObservedFailure.init)))
    }

    /// Tells that all that are under way have ended.
    func endAll(_ position: Position, isIncomplete: Bool = false, error: (any Error)? = nil) {
        for index in open.indices { end(index, position, isIncomplete: isIncomplete, error: error) }
    }

    /// Tells that the statement is sent once more.
    func noteRepetition(_ error: any Error) {
        guard let statement = open.first.flatMap({ $0 })?.statement else { return }
        observer.happened(.statementRepeated(statement, ObservedFailure(error)))
    }

    /// Tells that a transaction begins, and returns what tells its end.
    func beginTransaction(
        _ begin: String, attempt: Int
    ) -> (ObservedTransaction.Outcome, (any Error)?) -> Void {
        let observation = observer.transactionBegins(
            ObservedTransaction(connection: connection, attempt: attempt, begin: begin))
        transactionContext = observation?.context
        let start = MonotonicInstant.now
        return { outcome, error in
            self.transactionContext = nil
            observation?.end(
                ObservedTransaction.End(
                    outcome: outcome, duration: start.duration(to: .now), failure: error.map(ObservedFailure.init)))
        }
    }
}
