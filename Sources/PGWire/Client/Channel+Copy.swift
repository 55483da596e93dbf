extension Channel {
    func copyIn(
        _ sql: SQL, timeout: Duration?, _ body: (inout CopyWriter) async throws -> Void
    ) async throws -> Int {
        try await copy(sql, timeout) { wire, limit in
            guard case .wantsCopyData(let format) = try await wire.copyStart(limit) else {
                throw await wire.notCopy("copyIn needs a COPY … FROM STDIN")
            }
            var writer = CopyWriter(wire, format, limit)
            do {
                try await body(&writer)
                if wire.copyFailure == nil { try writer.finish() }
            } catch let interruption as Wire.Interruption {
                throw interruption
            } catch {
                // The server's own reason counts for more than what the closure makes of it.
                if wire.copyFailure == nil {
                    try await wire.failCopy()
                    throw error
                }
            }
            return try await wire.copyEnd(limit)
        }
    }

    func copyOut(
        _ sql: SQL, timeout: Duration?, _ body: (RawSpan) async throws -> Void
    ) async throws -> Int {
        try await copy(sql, timeout) { wire, limit in
            guard case .sendsCopyData = try await wire.copyStart(limit) else {
                throw await wire.notCopy("copyOut needs a COPY … TO STDOUT")
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
            guard case .sendsCopyData(let format) = try await wire.copyStart(limit) else {
                throw await wire.notCopy("copyOut needs a COPY … TO STDOUT")
            }
            guard format.isBinary, format.columnCount == types.count else {
                throw await wire.notCopy(
                    format.isBinary
                        ? "the COPY has \(format.columnCount) columns where \(types.count) are decoded"
                        : "rows of values need COPY … TO STDOUT (FORMAT binary); this one sends text or CSV")
            }
            let columns = Columns(binary: types)
            var reader = BinaryCopyReader(columnCount: types.count)
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
        _ sql: SQL, _ timeout: Duration?, _ body: (Wire, Wire.Limit) async throws -> Int
    ) async throws -> Int {
        try Self.check(sql)
        return try await withTurn { wire in
            wire.copyFailure = nil
            wire.expectsCopy = true
            defer { wire.expectsCopy = false }
            let limit = wire.limit(for: timeout)
            do {
                try wire.beginCopy(sql.text, timeout)
                return try await body(wire, limit)
            } catch let interruption as Wire.Interruption {
                wire.abandonCopy()
                throw await wire.settle(interruption, timeout)
            }
        }
    }

    /// Looks at what can be told before anything is sent.
    private static func check(_ sql: SQL) throws(PGError) {
        if let problem = sql.problem { throw problem }
        guard sql.parameters.count == 0 else {
            throw .usage("COPY takes no parameters: write \\(raw: …) or \\(identifier: …) for what is part of its text")
        }
        let word = sql.text.drop { $0.isWhitespace }.prefix(4)
        guard word.lowercased() == "copy" else {
            throw .usage("copyIn and copyOut run COPY statements only, and this begins with \"\(word)\"")
        }
    }
}
