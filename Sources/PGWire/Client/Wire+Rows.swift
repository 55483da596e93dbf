extension Wire {
    /// Gives `body` the rows of the current statement that have already come; when there are no more, ``nextEvent(_:)`` says
    /// what comes instead.
    func readRows(_ body: (RowView) throws -> Void) throws {
        guard let (columns, chunk) = rowSource else { return }
        while let values = session.nextRow(columnCount: columns.count) {
            try body(RowView(columns: columns, values: chunk.span(values)))
        }
    }

    /// The next row of the current statement if it has already come.
    func nextRow() -> Row? {
        guard let (columns, chunk) = rowSource, let values = session.nextRow(columnCount: columns.count) else {
            return nil
        }
        return Row(columns: columns, chunk: chunk, values: values)
    }

    /// Whether a row of the caller's may come next.
    var expectsRow: Bool {
        passBindComplete()
        return extended.expectedColumnCount != nil
    }

    private func passBindComplete() {
        if extended.awaitsBindComplete, session.takeBindComplete() { extended.noteBindComplete() }
    }

    private var rowSource: (Columns, Chunk)? {
        passBindComplete()
        guard let count = extended.expectedColumnCount, let columns = sent[extended.index].columns,
            columns.count == count
        else { return nil }
        return (columns, session.input.chunk)
    }

    /// The columns of the statement that the last event was about.
    var eventColumns: Columns? { sent.indices.contains(extended.eventIndex) ? sent[extended.eventIndex].columns : nil }

    /// Reads off what is left of an exchange that nobody waits for any more.
    func drain(_ limit: Limit) async throws {
        while isBusy {
            try readRows { _ in }
            _ = try await nextEvent(limit)
        }
        _ = takeRefusal()
    }
}
