import Synchronization

/// A sequence of rows has the lock from its first row to its end. Between two rows nobody is at work, and so the lock can be
/// taken from it: when the connection is closed or given back, or the transaction ends, an iterator that was carried out
/// keeps nobody waiting.
extension ConnectionHandle {
    /// What the sequence that has the lock does.
    enum Iteration: UInt8 {
        /// There is none.
        case none
        /// Its iterator is not asked for anything at present.
        case resting
        /// A row is being asked for.
        case moving
        /// The lock was taken from it.
        case taken
    }

    /// Notes that the current task has the lock by a sequence of rows that it iterates.
    func beginIteration() {
        iteratingTask.store(Self.currentTask, ordering: .relaxed)
        iteration.store(Iteration.moving.rawValue, ordering: .relaxed)
    }

    /// Has the sequence go on, with the next row; false when the lock was taken from it.
    func resumeIteration() -> Bool { change(from: .resting, to: .moving) }

    /// Notes that the sequence has given a row.
    func restIteration() { iteration.store(Iteration.resting.rawValue, ordering: .releasing) }

    /// Gives the lock back at the sequence's end; nothing is done where it was taken before.
    func endIteration(from state: Iteration) {
        guard change(from: state, to: .none) else { return }
        iteratingTask.store(0, ordering: .relaxed)
        if connection.observation != nil { connection.statementIsLeft() }
        unlock()
    }

    /// Takes the lock from a sequence that is resting; false when there is none.
    func takeFromIteration() -> Bool {
        guard change(from: .resting, to: .taken) else { return false }
        iteratingTask.store(0, ordering: .relaxed)
        if connection.observation != nil { connection.statementIsLeft() }
        return true
    }

    private func change(from old: Iteration, to new: Iteration) -> Bool {
        iteration.compareExchange(expected: old.rawValue, desired: new.rawValue, ordering: .acquiringAndReleasing)
            .exchanged
    }

    /// Why a sequence cannot go on from which the lock was taken.
    func iterationEnd() -> PostgresError {
        do throws(PostgresError) {
            try checkValid()
            try connection.checkOpen()
        } catch {
            return error
        }
        return .usage("the iteration was ended, as its connection is used otherwise by now")
    }
}
