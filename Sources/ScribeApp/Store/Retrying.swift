import PGSchemaReports
import PGWire

extension Store {
    /// How often an operation is tried again of which certainly nothing was carried out.
    package struct Retrying: Sendable {
        /// How often a connection is tried for, at least once.
        package var tries = 3
        /// The time from one try to the next.
        package var pause: Duration = .milliseconds(500)
        /// How long after the beginning another try may begin. What keeps silent until the connection's own deadline is not
        /// asked three times over: whoever waits for the answer has gone by then.
        package var timeout: Duration = .seconds(30)
        /// How often a statement is run that the server took back because of others at the same time.
        private var conflictTries = 3

        package init() {}

        /// A connection that has ended gets no better by asking it again.
        static var withinConnection: Retrying {
            var retrying = Retrying()
            retrying.tries = 1
            return retrying
        }

        /// Runs `body`, again where that is safe and `isOver` does not forbid it.
        ///
        /// - Throws: what `body` threw the last time.
        func run<R>(_ body: () async throws -> R, unless isOver: () -> Bool) async throws -> R {
            let end = ContinuousClock.now + timeout
            var failures = 0
            var conflicts = 0
            while true {
                do {
                    return try await body()
                } catch let error as PostgresError where !isOver() && ContinuousClock.now < end {
                    if error.isSafeToRetry, failures + 1 < tries {
                        failures += 1
                        try await Task.sleep(for: pause)
                        continue
                    }
                    guard error.isTransactionRetryable, conflicts + 1 < conflictTries else { throw error }
                    conflicts += 1
                    // Those who collided must not collide again at once.
                    try await Task.sleep(for: .milliseconds(Int.random(in: 1...20) * conflicts))
                }
            }
        }
    }
}
