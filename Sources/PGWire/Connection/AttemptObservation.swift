/// An attempt to connect that somebody observes.
///
/// It belongs to the task that connects.
final class AttemptObservation {
    private let observer: any DatabaseObserver
    private let observation: Observation<ConnectionAttempt.End>?
    private let start = MonotonicInstant.now
    private var last = MonotonicInstant.now
    private var steps: [ConnectionAttempt.Step] = []

    init(_ observer: any DatabaseObserver, _ configuration: Connection.Configuration) {
        self.observer = observer
        observation = observer.connectionBegins(
            ConnectionAttempt(
                endpoints: configuration.endpoints, database: configuration.database ?? configuration.user,
                user: configuration.user))
    }

    /// Notes that an attempt with another address begins, so that the next step does not count what came to nothing.
    func restart() { last = .now }

    /// Tells that a step is done.
    func note(_ step: ConnectionStep) {
        let now = MonotonicInstant.now
        steps.append(.init(step: step, duration: last.duration(to: now)))
        last = now
        observer.happened(.connecting(step))
    }

    /// Tells that there is a connection.
    func succeed(_ connection: PhysicalConnection) {
        connection.observation?.establish(connection.session.backendKey?.processID)
        end(connection.observation, nil, connection.outputCount, connection.session.input.count)
    }

    /// Tells that there is none.
    func fail(_ error: any Error) { end(nil, error, 0, 0) }

    /// What is written and not sent yet belongs to the login, and what has come and was not read does not.
    private func end(_ connection: ConnectionObservation?, _ error: (any Error)?, _ unsent: Int, _ unread: Int) {
        observation?.end(
            ConnectionAttempt.End(
                connection: connection?.connection, steps: steps, duration: start.duration(to: .now),
                bytesSent: connection.map { $0.bytesSent + unsent } ?? 0,
                bytesReceived: connection.map { $0.bytesReceived - unread } ?? 0,
                failure: error.map(ObservedFailure.init)))
    }
}
