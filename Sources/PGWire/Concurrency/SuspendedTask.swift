/// A task that is suspended until it is resumed, exactly once: whoever takes it out of the queue in which it waits does that.
///
/// The library hides how large a `CheckedContinuation` is, which makes a queue of them slow even while it is empty.
@safe struct SuspendedTask<Value: Sendable>: Sendable {
    private let continuation: UnsafeContinuation<Value, Never>

    init(_ continuation: UnsafeContinuation<Value, Never>) { unsafe self.continuation = continuation }

    func resume(returning value: Value) { unsafe continuation.resume(returning: value) }
}

extension SuspendedTask<Void> {
    func resume() { resume(returning: ()) }
}
