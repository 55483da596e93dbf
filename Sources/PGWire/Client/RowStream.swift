/// The rows of one statement as they come. It belongs to one iterator.
///
/// It holds its channel's turn from the first row asked for until the last, or until it is let go of; then the next call
/// reads off the rest.
final class RowStream {
    private enum State {
        case idle
        case running
        case finished
    }

    private let channel: Channel
    private let sql: SQL
    private let timeout: Duration?
    private var state = State.idle
    private var limit = Wire.Limit()
    private var columns: Columns?
    /// The error that the server reported; thrown once the server is ready again.
    private var failure: PGError?
    /// What the statement was, once it is done.
    private(set) var tag = CommandTag("")

    init(_ query: RowQuery) {
        channel = query.channel
        sql = query.sql
        timeout = query.timeout
    }

    deinit {
        if case .running = state { channel.leave() }
    }

    /// The next row; nil after the last.
    func next() async throws -> Row? {
        switch state {
        case .finished: return nil
        case .running:
            do {
                try channel.checkNotEnded()
            } catch {
                finish()
                throw error
            }
        case .idle:
            // Ended already if anything below throws: a statement is never run a second time.
            state = .finished
            try await channel.enter()
            state = .running
            do {
                try channel.wire.begin(sql, timeout: timeout)
            } catch {
                finish()
                throw error
            }
            limit = channel.wire.limit(for: timeout)
        }
        let wire = channel.wire
        do {
            while true {
                switch try await wire.nextEvent(limit) {
                case .columns(let columns): self.columns = columns
                case .row(let values):
                    // The rows of a statement that was only sent along have no columns.
                    if let columns { return Row(columns: columns, chunk: wire.session.input.chunk, values: values) }
                case .complete(let tag):
                    self.tag = tag
                    // Going back to a savepoint brings back an earlier timeout.
                    if tag.command == "ROLLBACK" { wire.localTimeout = nil }
                case .failed(let error):
                    failure = failure ?? .server(error)
                    if error.isFatal { throw wire.fail(.server(error)) }
                case .wantsCopyData:
                    failure = Channel.copyRefused
                    try FrontendMessage.copyFail("this call gives no data", to: &wire.session.output)
                    FrontendMessage.sync(to: &wire.session.output)
                case .sendsCopyData: failure = Channel.copyRefused
                case .ready:
                    finish()
                    if let failure { throw failure }
                    return nil
                }
            }
        } catch let interruption as Wire.Interruption {
            throw await settle(interruption)
        } catch {
            finish()
            throw error
        }
    }

    private func settle(_ interruption: Wire.Interruption) async -> any Error {
        let wire = channel.wire
        let isUsable = await wire.settle()
        finish()
        switch interruption {
        case .cancelled: return CancellationError()
        case .timedOut:
            let timeout = wire.effectiveTimeout(timeout) ?? .zero
            return PGError.connection(ConnectionFailure.queryTimedOut(wire.endpoint, timeout, isUsable: isUsable))
        }
    }

    private func finish() {
        if case .running = state { channel.leave() }
        state = .finished
    }
}

/// A statement and where it is to run.
struct RowQuery: Sendable {
    var channel: Channel
    var sql: SQL
    var timeout: Duration?
}
