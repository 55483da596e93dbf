import Synchronization

/// A COPY that has its channel's turn.
private final class CopyInProgress: Sendable {
    let channel: Channel
    let isOver = Atomic(false)

    init(_ channel: Channel) { self.channel = channel }
}

extension Channel {
    func copyIn(
        _ sql: SQL, timeout: Duration?, _ body: (inout CopyWriter) async throws -> Void
    ) async throws -> Int {
        // What the columns are is asked together with the COPY, as the server does not say it of itself.
        let target = CopyTarget(sql.text).flatMap { $0.isBinary ? $0 : nil }
        return try await copy(sql, timeout, asking: target?.question ?? "") { wire, limit in
            var columns: [CopyColumn] = []
            let start = try await wire.copyStart(limit) { row in
                // What sets the timeout has a row too. A column that makes no sense is one that is not known.
                if target != nil, row.columns.count == CopyTarget.questionColumns, let column = try? CopyColumn(row) {
                    columns.append(column)
                }
            }
            guard case .wantsCopyData(let format) = start else {
                throw await wire.notCopy(start, "copyIn needs a COPY … FROM STDIN")
            }
            var writer = CopyWriter(wire, format, target?.columns(among: columns) ?? [], limit, timeout)
            do {
                try await body(&writer)
                if wire.copyEndReason == nil { try writer.finish() }
            } catch {
                // What ended the COPY counts for more than what the closure makes of it.
                if wire.copyEndReason == nil {
                    await wire.failCopy()
                    throw error
                }
            }
            if let interruption = wire.copyInterruption { throw interruption }
            return try await wire.copyEnd(limit)
        }
    }

    func copyOut(
        _ sql: SQL, timeout: Duration?, _ body: (RawSpan) async throws -> Void
    ) async throws -> Int {
        try await copy(sql, timeout) { wire, limit in
            let start = try await wire.copyStart(limit)
            guard case .sendsCopyData = start else {
                throw await wire.notCopy(start, "copyOut needs a COPY … TO STDOUT")
            }
            while let piece = try await wire.copyData(limit) {
                let chunk = wire.session.input.chunk
                try await body(chunk.span(piece))
            }
            return try await wire.copyEnd(limit)
        }
    }

    func copyOutRows(
        _ sql: SQL, _ types: [OID], timeout: Duration?, _ body: (RowView) throws -> Void
    ) async throws -> Int {
        try await copy(sql, timeout) { wire, limit in
            let start = try await wire.copyStart(limit)
            guard case .sendsCopyData(let format) = start else {
                throw await wire.notCopy(start, "copyOut needs a COPY … TO STDOUT")
            }
            guard format.isBinary, format.columnCount == types.count else {
                throw await wire.notCopy(
                    start,
                    format.isBinary
                        ? "the COPY has \(format.columnCount) columns where \(types.count) are decoded"
                        : "rows of values need COPY … TO STDOUT (FORMAT binary); this one sends text or CSV")
            }
            let columns = Columns(binary: types)
            var reader = BinaryCopyReader(
                columnCount: types.count, maximumSize: wire.configuration.maximumMessageSize)
            while let piece = try await wire.copyData(limit) {
                let chunk = wire.session.input.chunk
                let violation = try reader.receive(chunk.span(piece)) { (values) throws in
                    try body(RowView(columns: columns, values: values))
                }
                if let violation { throw wire.fail(.protocolViolation(violation)) }
            }
            if wire.copyFailure == nil, let violation = reader.incompleteness {
                throw wire.fail(.protocolViolation(violation))
            }
            return try await wire.copyEnd(limit)
        }
    }

    private func copy(
        _ sql: SQL, _ timeout: Duration?, asking question: String = "",
        _ body: (Wire, Wire.Limit) async throws -> Int
    ) async throws -> Int {
        try Self.check(sql)
        return try await withTurn(timeout) { wire in
            let copy = CopyInProgress(self)
            defer {
                copy.isOver.store(true, ordering: .releasing)
                wire.copyState = .none
            }
            let limit = wire.limit(for: timeout)
            do {
                try wire.beginCopy(sql.text, timeout, asking: question)
                return try await Self.$copies.withValue(Self.copies + [copy]) { try await body(wire, limit) }
            } catch let interruption as Wire.Interruption {
                wire.abandonCopy()
                throw await wire.settle(interruption, timeout)
            }
        }
    }

    /// Throws where the call would wait for a COPY that in turn waits for it.
    func checkNotCopying() throws(PostgresError) {
        guard Self.copies.contains(where: { $0.channel === self && !$0.isOver.load(ordering: .acquiring) }) else {
            return
        }
        throw .usage(
            "this task has a COPY under way on the connection: inside its closure use another connection, as a call on this "
                + "one would wait for it for ever")
    }

    /// The COPYs in whose closures the current task runs, or one that it was made by.
    @TaskLocal private static var copies: [CopyInProgress] = []

    /// Looks at what can be told before anything is sent.
    private static func check(_ sql: SQL) throws(PostgresError) {
        if let problem = sql.problem { throw problem }
        guard sql.values.isEmpty else {
            throw .usage("COPY takes no parameters: write \\(raw: …) or \\(identifier: …) for what is part of its text")
        }
        let word = sql.significantBeginning.prefix(4)
        guard word.count == 4, zip(word, "copy".utf8).allSatisfy({ $0 | 0x20 == $1 }) else {
            let beginning = String(decoding: word, as: UTF8.self).escapingControls
            throw .usage("copyIn and copyOut run COPY statements only, and this begins with \"\(beginning)\"")
        }
    }
}
