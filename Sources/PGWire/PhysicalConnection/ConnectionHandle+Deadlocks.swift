import Synchronization

/// A call that would wait for something that its own task is to do, and so for ever, is refused.
extension ConnectionHandle {
    /// A COPY that has its handle's lock, or another call that takes data from its caller while it has.
    final class CopyInProgress: Sendable {
        let handle: ConnectionHandle
        /// What it is, in words.
        let name: String
        private let hasEnded = Atomic(false)

        init(_ handle: ConnectionHandle, _ name: String = "a COPY") {
            self.handle = handle
            self.name = name
        }

        var isOver: Bool { hasEnded.load(ordering: .acquiring) }
        func end() { hasEnded.store(true, ordering: .releasing) }
    }

    /// Throws where the call would wait for a COPY that in turn waits for it.
    func checkNotCopying() throws(PostgresError) {
        guard let copy = Self.copies.first(where: { $0.handle === self && !$0.isOver }) else { return }
        throw .usage(
            "this task has \(copy.name) under way on the connection: inside its closure use another connection, as a call on this "
                + "one would wait for it for ever")
    }

    /// Throws where the call would wait for a savepoint that only its own task can go on with.
    func checkHasNoSavepoint() throws(PostgresError) {
        guard let index = Self.transactions.firstIndex(where: { $0 === self }),
            Self.transactions[(index + 1)...].contains(where: { $0.connection === connection && $0.isValid })
        else { return }
        throw .usage(
            "this task has a savepoint open in the transaction: use the transaction that the savepoint's closure was given, as a "
                + "call on the one around it would wait for it for ever")
    }

    /// Throws where the call would wait for a sequence of rows that only its own task can go on with.
    func checkNotIterating() throws(PostgresError) {
        let task = iteratingTask.load(ordering: .relaxed)
        guard task != 0, task == Self.currentTask else { return }
        throw .usage(
            "this task is iterating over rows of the connection, which are still to come: fetch them all first (fetchAll), or "
                + "use another connection inside the loop, as a call on this one would wait for it for ever")
    }

    /// What tells the current task from others that are running; 0 outside of tasks.
    static var currentTask: UInt {
        unsafe withUnsafeCurrentTask { task in
            guard let task = unsafe task, unsafe MemoryLayout<UnsafeCurrentTask>.size == MemoryLayout<UInt>.size else {
                return 0
            }
            // A reference, of which nothing but the address is looked at: hashing it would take longer.
            return unsafe unsafeBitCast(task, to: UInt.self)
        }
    }
}
