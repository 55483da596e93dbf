/// The stream that `START_REPLICATION` opens, in which both sides send CopyData until either is done (manual: "Streaming
/// Replication Protocol").
package struct CopyBoth: ~Copyable {
    /// What happens in it.
    package enum Event: Sendable {
        /// The server streams from now on.
        case started
        /// A piece of data. The range is that in the chunk.
        case data(Range<Int>)
        /// The server streams no more.
        case ended
        /// The server reported an error. The next event is ``ready``.
        indirect case failed(ServerError)
        /// The server takes other commands again.
        case ready
    }

    private enum State {
        case asked
        case streaming
        /// The server is done; what follows is nobody's, but for an error.
        case ending
        case failed
        case ready
    }

    private var state = State.asked

    package init() {}

    /// Whether nothing more is expected.
    package var isDone: Bool {
        if case .ready = state { true } else { false }
    }

    /// Whether CopyData may be sent.
    package var isStreaming: Bool {
        if case .streaming = state { true } else { false }
    }

    /// Receives the next message; nil when it means nothing to the caller.
    package mutating func receive(_ message: BackendMessage) throws(ProtocolViolation) -> Event? {
        switch (state, message) {
        case (.asked, .copyBothResponse):
            state = .streaming
            return .started
        case (.streaming, .copyData(let body)):
            return .data(body)
        // One that shuts down says that it is complete, without CopyDone.
        case (.streaming, .copyDone), (.streaming, .commandComplete):
            state = .ending
            return .ended
        // One that was told to end in the middle of a transaction says CopyDone at once, and then sends the rest of it.
        case (.ending, .commandComplete), (.ending, .copyDone), (.ending, .copyData):
            return nil
        case (.ending, .readyForQuery), (.failed, .readyForQuery):
            state = .ready
            return .ready
        case (.ready, _), (.failed, _): break
        case (_, .errorResponse(let error)):
            state = .failed
            return .failed(error)
        default: break
        }
        throw ProtocolViolation("\(message.name) came in a replication stream, where it does not belong")
    }
}
