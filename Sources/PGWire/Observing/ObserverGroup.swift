/// Several observers as one, in their order.
public struct ObserverGroup: DatabaseObserver {
    private let observers: [any DatabaseObserver]

    /// Those that are told.
    public init(_ observers: [any DatabaseObserver]) { self.observers = observers }

    /// Tells all of them.
    public func connectionBegins(_ attempt: ConnectionAttempt) -> Observation<ConnectionAttempt.End>? {
        Self.joined(observers.map { $0.connectionBegins(attempt) })
    }

    /// Tells all of them, each with its own context of the transaction.
    public func statementBegins(_ statement: ObservedStatement) -> Observation<ObservedStatement.End>? {
        let contexts = statement.transactionContext as? Contexts
        var statement = statement
        return Self.joined(
            observers.enumerated().map { index, observer in
                statement.transactionContext = contexts?.context(of: index)
                return observer.statementBegins(statement)
            })
    }

    /// Tells all of them.
    public func transactionBegins(_ transaction: ObservedTransaction) -> Observation<ObservedTransaction.End>? {
        Self.joined(observers.map { $0.transactionBegins(transaction) })
    }

    /// Tells all of them.
    public func borrowingBegins(_ borrowing: PoolBorrowing) -> Observation<PoolBorrowing.End>? {
        Self.joined(observers.map { $0.borrowingBegins(borrowing) })
    }

    /// Tells all of them.
    public func happened(_ event: DatabaseEvent) { for observer in observers { observer.happened(event) } }

    private struct Contexts: Sendable {
        let all: [(any Sendable)?]

        func context(of index: Int) -> (any Sendable)? { all.indices.contains(index) ? all[index] : nil }
    }

    private static func joined<End>(_ observations: [Observation<End>?]) -> Observation<End>? {
        guard observations.contains(where: { $0 != nil }) else { return nil }
        let traceContext = observations.lazy.compactMap { $0?.traceContext }.first
        return Observation(context: Contexts(all: observations.map { $0?.context }), traceContext: traceContext) {
            end in
            // The last to begin is the first to end, as spans are nested.
            for observation in observations.reversed() { observation?.end(end) }
        }
    }
}

/// An observer that has events only, for a closure: `EventObserver { event in if case .closed(let closed) = event { … } }`.
public struct EventObserver: DatabaseObserver {
    private let body: @Sendable (DatabaseEvent) -> Void

    /// Calls `body` with each event, in the task in which it happens.
    public init(_ body: @escaping @Sendable (DatabaseEvent) -> Void) { self.body = body }

    /// Calls the closure.
    public func happened(_ event: DatabaseEvent) { body(event) }
}
