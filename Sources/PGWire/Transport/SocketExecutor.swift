import Synchronization

/// A task executor whose one thread both waits for sockets and runs the tasks that use them: the cheapest choice for many
/// small queries at once.
///
/// Usually a task whose answer has come resumes on a thread of Swift's pool. A task that prefers a socket executor resumes
/// on the thread that saw the answer, so that no switch of threads is needed:
///
/// ```swift
/// let executor = try SocketExecutor()
/// try await withTaskExecutorPreference(executor) {
///     try await withThrowingTaskGroup { group in … }    // connections opened in here are waited for in here
/// }
/// ```
/// Child tasks inherit the preference. A task that computes for long, or blocks, delays all others on the executor: leave
/// it to the pool. Connections opened elsewhere can be used, too, at the cost of the thread switch. The thread ends with
/// the last reference to the executor.
public final class SocketExecutor: TaskExecutor {
    let poller: Poller
    /// The executors of the process, to find the one that a task runs on.
    private static let all = Mutex<[Entry]>([])

    @safe private struct Entry {
        var reference: UnownedTaskExecutor
        weak var object: SocketExecutor?
    }

    /// An executor with a thread of its own.
    ///
    /// - Throws: ``PostgresError/usage(_:)`` when the system has no descriptors or no threads left.
    public init() throws {
        do throws(SystemError) {
            poller = try Poller(watchesForGood: true)
        } catch {
            throw PostgresError.usage("no socket executor can be made: \(error)")
        }
        let entry = unsafe Entry(reference: asUnownedTaskExecutor(), object: self)
        Self.all.withLock { $0.append(entry) }
    }

    deinit {
        Self.all.withLock { $0.removeAll { $0.object == nil } }
        poller.stop()
    }

    /// Runs a job on the executor's thread. For Swift's runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        unsafe poller.enqueue(Poller.Job(job: UnownedJob(job), executor: asUnownedTaskExecutor()))
    }

    /// The executor that the current task prefers, if any.
    static var current: SocketExecutor? {
        unsafe withUnsafeCurrentTask { task in
            guard let reference = unsafe task?.unownedTaskExecutor else { return nil }
            return all.withLock { $0.first { unsafe $0.reference == reference }?.object }
        }
    }
}
