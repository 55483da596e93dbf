/// What is told of statements. All of it is apart from what it is about, which asks only whether there is an ``observation``.
extension PhysicalConnection {
    /// How much was written, whether it is sent already or not, and how much was read of what has come.
    private func position(_ observation: ConnectionObservation) -> ConnectionObservation.Position {
        .init(
            sent: observation.bytesSent + session.output.count,
            received: observation.bytesReceived - session.input.count)
    }

    private func begin(_ sources: [(ObservedStatement.Source, ObservedStatement.Kind)]) {
        guard let observation else { return }
        let position = position(observation)
        // Somebody has left it, and it was read off since.
        observation.endAll(position, isIncomplete: true)
        observation.begin(sources, position, session.backendKey?.processID)
    }

    /// Runs `body`, and tells of its beginning and its end where somebody observes.
    ///
    /// - Parameter end: tells of it where it succeeds.
    func observed<R>(_ begin: () -> Void, _ body: () async throws -> R, end: (R) -> Void) async throws -> R {
        guard observation != nil else { return try await body() }
        begin()
        do {
            let result = try await body()
            end(result)
            return result
        } catch {
            statementFails(error)
            throw error
        }
    }

    /// Tells that a statement begins.
    @inline(never)
    func statementBegins(_ sql: SQL, _ kind: ObservedStatement.Kind = .call) { begin([(.sql(sql), kind)]) }

    /// Tells that a text begins that is sent as it is.
    @inline(never)
    func statementBegins(script text: String) { begin([(.text(text), .script)]) }

    /// Tells that the statements of a pipeline begin.
    @inline(never)
    func statementsBegin(_ statements: [SQL]) {
        begin(
            statements.enumerated().map { index, sql in
                (.sql(sql), .pipeline(index: index, count: statements.count))
            })
    }

    /// How much the output holds, to tell what each statement adds to it.
    var outputCount: Int { session.output.count }

    /// Tells that the statement has ended.
    ///
    /// - Parameters:
    ///   - earlierRows: how many rows came in earlier parts, which its tag does not count.
    @inline(never)
    func statementEnds(_ tag: CommandTag, earlierRows: Int = 0) {
        guard let observation else { return }
        let index = batch.sent.count - 1
        observation.end(
            0, position(observation), tag: tag, rows: rows(tag, index).map { $0 + earlierRows },
            isPrepared: isPrepared(index))
    }

    /// Tells that a statement of a pipeline has ended.
    @inline(never)
    func statementEnds(_ index: Int, of pipeline: Int, _ tag: CommandTag) {
        guard let observation else { return }
        observation.end(
            pipeline, position(observation), tag: tag, rows: rows(tag, index), isPrepared: isPrepared(index))
    }

    /// Tells that a text, or a COPY, has ended.
    @inline(never)
    func statementEnds(_ tag: CommandTag?, rows: Int?) {
        guard let observation else { return }
        observation.end(0, position(observation), tag: tag, rows: rows)
    }

    /// Tells that a statement has ended that was carried out for so many elements.
    @inline(never)
    func statementEnds(_ tag: CommandTag?, rows: Int, elements: Int) {
        guard let observation else { return }
        observation.end(0, position(observation), tag: tag, rows: rows, elements: elements)
    }

    /// Tells that a statement of a pipeline has failed.
    @inline(never)
    func statementFails(_ pipeline: Int, _ error: any Error) {
        guard let observation else { return }
        observation.end(pipeline, position(observation), error: error)
    }

    /// Tells that all that is under way has failed.
    @inline(never)
    func statementFails(_ error: any Error) {
        guard let observation else { return }
        observation.endAll(position(observation), error: error)
    }

    /// Tells that what is under way is left before its end.
    @inline(never)
    func statementIsLeft() {
        guard let observation else { return }
        observation.endAll(position(observation), isIncomplete: true)
    }

    /// The number of rows that have come, which a tag counts where there are columns.
    private func rows(_ tag: CommandTag, _ index: Int) -> Int? {
        guard batch.sent.indices.contains(index), let columns = batch.sent[index].columns, columns.count > 0 else {
            return 0
        }
        return tag.rowCount
    }

    /// Whether the server had the statement already.
    private func isPrepared(_ index: Int) -> Bool {
        batch.sent.indices.contains(index) && batch.sent[index].entry != nil && batch.sent[index].request == nil
    }
}
