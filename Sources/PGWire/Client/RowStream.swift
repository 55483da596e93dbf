/// The rows of one statement as they come. It belongs to one iterator.
///
/// It holds its channel's turn from the first row asked for until the last, or until it is let go of; then the next call
/// reads off the rest.
@usableFromInline
final class RowStream {
    private enum State {
        case idle
        case running
        case finished
    }

    private let query: RowQuery
    private var channel: Channel { query.channel }
    @safe @exclusivity(unchecked) private var state = State.idle
    private var limit = Wire.Limit()
    private var outcome = Channel.Outcome()
    @safe @exclusivity(unchecked) private var hasRows = false

    @usableFromInline
    init(_ query: RowQuery) { self.query = query }

    deinit {
        if case .running = state { leave() }
    }

    /// The next row; nil after the last.
    @usableFromInline
    func next() async throws -> Row? {
        if case .running = state, let row = try nextReceived() { return row }
        return try await nextAwaited()
    }

    /// The next row if it has come already.
    private func nextReceived() throws -> Row? {
        do {
            try channel.checkNotEnded()
        } catch {
            finish()
            throw error
        }
        return channel.wire.nextRow()
    }

    private func nextAwaited() async throws -> Row? {
        switch state {
        case .finished: return nil
        case .running: break
        case .idle:
            // Ended already if anything below throws: a statement is never run a second time.
            state = .finished
            if try !channel.enterAtOnce() { try await channel.enter(query.timeout) }
            state = .running
            channel.noteIteration()
            limit = channel.wire.limit(for: query.timeout)
            try begin()
        }
        do {
            return try await read()
        } catch let stale as Channel.StalePlan {
            guard !hasRows else {
                finish()
                throw PostgresError.server(stale.error)
            }
            outcome = Channel.Outcome()
            try begin()
            return try await read()
        }
    }

    private func begin() throws {
        do {
            try channel.wire.begin(query.sql, timeout: query.timeout)
        } catch {
            finish()
            throw error
        }
    }

    private func read() async throws -> Row? {
        let wire = channel.wire
        do {
            if wire.isLoggingIn { try await wire.finishLogin(limit) }
            while true {
                if let row = wire.nextRow() {
                    hasRows = true
                    return row
                }
                switch try wire.nextReceivedEvent() {
                case nil:
                    while try !wire.receiveSoon(limit) { try await wire.park(limit) }
                case .row(let values):
                    hasRows = true
                    if let columns = wire.eventColumns {
                        return Row(columns: columns, chunk: wire.session.input.chunk, values: values)
                    }
                case let event?:
                    if try outcome.receive(event, wire, query.sql) != nil {
                        finish()
                        return nil
                    }
                }
            }
        } catch let interruption as Wire.Interruption {
            let error = await wire.settle(interruption, query.timeout)
            finish()
            throw error
        } catch let stale as Channel.StalePlan {
            throw stale
        } catch {
            finish()
            throw error
        }
    }

    private func finish() {
        if case .running = state { leave() }
        state = .finished
    }

    private func leave() {
        channel.noteIterationEnd()
        channel.leave()
    }
}

/// A statement and where it is to run.
@usableFromInline
struct RowQuery: Sendable {
    var channel: Channel
    var sql: SQL
    var timeout: Duration?
}
