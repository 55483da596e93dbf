import Synchronization

/// A thread that waits for connections and runs the tasks that use them: the cheapest way for many small queries at once.
///
/// Usually a task that has its answer is woken on a thread of Swift's pool. Tasks that prefer an event loop run on its own
/// thread instead, so that an answer costs no switch of threads:
///
/// ```swift
/// let loop = try SocketExecutor()
/// try await withTaskExecutorPreference(loop) {
///     try await withThrowingTaskGroup { group in … }    // connections made in here are waited for in here
/// }
/// ```
/// Child tasks inherit it. What computes for long, or blocks, holds up everybody else on the loop and is better left to
/// the pool. Connections that were made elsewhere can be used, too; they only cost the switch. The thread ends when the
/// last reference to the loop is gone.
public final class SocketExecutor: TaskExecutor {
    let poller: Poller
    /// The loops of the process, to find the one that a task runs on.
    private static let all = Mutex<[Entry]>([])

    @safe private struct Entry {
        var executor: UnownedTaskExecutor
        weak var loop: SocketExecutor?
    }

    /// A loop with a thread of its own.
    ///
    /// - Throws: ``PostgresError/usage(_:)`` when the system has no descriptors or no threads left.
    public init() throws {
        do throws(SystemError) {
            poller = try Poller(watchesForGood: true)
        } catch {
            throw PostgresError.usage("no event loop can be made: \(error)")
        }
        let entry = unsafe Entry(executor: asUnownedTaskExecutor(), loop: self)
        Self.all.withLock { $0.append(entry) }
    }

    deinit {
        Self.all.withLock { $0.removeAll { $0.loop == nil } }
        poller.stop()
    }

    /// Runs a job on the loop's thread. For Swift's runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        unsafe poller.enqueue(Poller.Job(job: UnownedJob(job), executor: asUnownedTaskExecutor()))
    }

    /// The loop that the current task prefers, if any.
    static var current: SocketExecutor? {
        unsafe withUnsafeCurrentTask { task in
            guard let executor = unsafe task?.unownedTaskExecutor else { return nil }
            return all.withLock { $0.first { unsafe $0.executor == executor }?.loop }
        }
    }
}
