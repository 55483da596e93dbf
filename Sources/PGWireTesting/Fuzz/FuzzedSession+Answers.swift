package import PGWire

/// What the server answers.
extension FuzzedSession {
    /// Takes what the client takes without a look at each message.
    mutating func takeQuickly() throws(FuzzProblem) {
        var taken = Exchange.broken
        swap(&taken, &exchange)
        switch consume taken {
        case .extended(var query):
            while true {
                if query.awaitsBindComplete, session.takeBindComplete() {
                    query.noteBindComplete()
                } else if let count = query.expectedColumnCount, let columns = columns(at: query.index),
                    columns.count == count, let values = session.nextRow(columnCount: count)
                {
                    try take(values, columns)
                } else {
                    break
                }
            }
            exchange = .extended(query)
        case .repeated(var query):
            let count = query.take(answer, from: &session)
            for _ in 0..<count { note(answer.rowCount) }
            exchange = .repeated(query)
        case .startup(let startup): exchange = .startup(startup)
        case .idle: exchange = .idle
        case .simple(let query): exchange = .simple(query)
        case .both(let both): exchange = .both(both)
        case .broken: exchange = .broken
        }
    }

    /// Receives a message.
    mutating func interpret(_ message: BackendMessage) throws(FuzzProblem) {
        var taken = Exchange.broken
        swap(&taken, &exchange)
        switch consume taken {
        case .idle: try fail(ProtocolViolation("\(message.name) came where nothing was asked"))
        case .broken: throw FuzzProblem("a message is read after the end")
        case .startup(var startup):
            try receive(message, &startup)
            guard outcome == nil else { return }
            exchange = startup.isReady ? .idle : .startup(startup)
        case .extended(var query):
            guard let event = try advance({ () throws(ProtocolViolation) in try query.receive(message) }) else {
                return
            }
            let index = query.eventIndex
            if case .wantsCopyData? = event { try refuseCopy() } else { try handle(event, at: index) }
            guard outcome == nil else { return }
            exchange = query.isDone ? .idle : .extended(query)
        case .simple(var query):
            guard let event = try advance({ () throws(ProtocolViolation) in try query.receive(message) }) else {
                return
            }
            if case .wantsCopyData? = event { try answerCopy(&query) } else { try handle(event, at: 0) }
            guard outcome == nil else { return }
            exchange = query.isDone ? .idle : .simple(query)
        case .repeated(var query):
            guard let event = try advance({ () throws(ProtocolViolation) in try query.receive(message) }) else {
                return
            }
            if case .complete(let tag)? = event {
                note(tag.rowCount ?? 0)
                answer.change(to: tag)
            } else {
                try handle(event, at: 0)
            }
            guard outcome == nil else { return }
            exchange = query.isDone ? .idle : .repeated(query)
        case .both(var both):
            guard let event = try advance({ () throws(ProtocolViolation) in try both.receive(message) }) else {
                return
            }
            try handle(event)
            guard outcome == nil else { return }
            exchange = both.isDone ? .idle : .both(both)
        }
        try beginNext()
    }

    /// The event of a message, if it is one; nil when the message ended the session.
    private mutating func advance<E>(_ step: () throws(ProtocolViolation) -> E?) throws(FuzzProblem) -> E?? {
        do throws(ProtocolViolation) {
            return .some(try step())
        } catch {
            try fail(error)
            return nil
        }
    }

    private func columns(at index: Int) -> Columns? { columns.indices.contains(index) ? columns[index] : nil }

    private mutating func handle(_ event: QueryEvent?, at index: Int) throws(FuzzProblem) {
        switch event {
        case nil, .parsed, .wantsCopyData: break
        case .parameters(let types): note(types.count)
        case .columns(let described):
            note(described.count)
            known = described
            if columns.indices.contains(index) { columns[index] = described }
        case .row(let values):
            guard let columns = columns(at: index) else { return note(session.input.chunk.span(values)) }
            try take(values, columns)
        case .internalRow(let values): note(session.input.chunk.span(values))
        case .complete(let tag):
            note(tag.rowCount ?? 0)
            try endCopied()
        case .suspended: note(3)
        case .failed(let error):
            note(4)
            copiedColumns = nil
            try Self.check(error)
        case .sendsCopyData(let format):
            note(format.columnCount)
            copied = BinaryCopyReader(columnCount: format.columnCount)
            copiedColumns =
                format.isBinary ? Columns(binary: CopiedTypes.types(format.columnCount, after: known)) : nil
        case .copyData(let piece): try takeCopied(piece)
        case .ready(let status): note(Int(status.rawValue))
        }
    }

    private mutating func take(_ values: Range<Int>, _ columns: Columns) throws(FuzzProblem) {
        let chunk = session.input.chunk
        note(chunk.span(values))
        try DecodingAttempts.check(values: chunk.span(values), of: columns)
        guard columns.count > 0 else { return }
        try DecodingAttempts.decodeEverything(of: Row(columns: columns, chunk: chunk, values: values))
    }

    private mutating func takeCopied(_ piece: Range<Int>) throws(FuzzProblem) {
        let chunk = session.input.chunk
        guard let columns = copiedColumns else { return note(chunk.span(piece)) }
        var rows: [Row] = []
        let violation = copied.receive(chunk.span(piece)) { values in
            rows.append(Row(RowView(columns: columns, values: values)))
        }
        for row in rows {
            note(row.columns.count)
            try DecodingAttempts.decodeEverything(of: row)
        }
        if let violation { try fail(violation) }
    }

    private mutating func endCopied() throws(FuzzProblem) {
        guard copiedColumns != nil else { return }
        copiedColumns = nil
        if let violation = copied.incompleteness { try fail(violation) }
    }

    private mutating func handle(_ event: CopyBoth.Event?) throws(FuzzProblem) {
        switch event {
        case nil, .started, .ended: break
        case .ready: note(5)
        case .failed(let error):
            note(6)
            try Self.check(error)
        case .data(let piece):
            let chunk = session.input.chunk
            note(chunk.span(piece))
            if let violation = try replication.receive(chunk.span(piece), output: &session.output) {
                try fail(violation)
            }
        }
    }
}

/// The types of a binary COPY's columns, which nothing says: those of the rows before it, or else some.
package enum CopiedTypes {
    private static let usual: [OID] = [.int4, .text, .int4Array, .timestamptz, .numeric, .bytea, .textArray, .int8]

    package static func types(_ count: Int, after known: Columns?) -> [OID] {
        (0..<count).map { index in
            if let known, known.indices.contains(index) { return known[index].type }
            return usual[index % usual.count]
        }
    }
}
