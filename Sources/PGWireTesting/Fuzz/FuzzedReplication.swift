package import PGWire

/// Reads a replication's messages as the client does, down to the values of the rows.
package struct FuzzedReplication: ~Copyable {
    private var decoder = LogicalDecoder()
    private var collector = TransactionCollector()
    private let isLogical: Bool

    package init(isLogical: Bool = true) { self.isLogical = isLogical }

    /// The size of the transactions that are not complete.
    package var size: Int { collector.size }

    /// Receives the content of a CopyData message, and returns what is wrong with it.
    package mutating func receive(_ piece: RawSpan, output: inout ByteWriter) throws(FuzzProblem) -> ProtocolViolation?
    {
        let event: ReplicationEvent
        do throws(ProtocolViolation) {
            switch try ReplicationMessage(piece) {
            case .keepalive(_, let wantsReply):
                guard wantsReply else { return nil }
                FrontendMessage.standbyStatus(ReplicationStatus(), time: 0, wantsReply: false, to: &output)
                return nil
            case .data(let start, _, let offset):
                guard isLogical else { return nil }
                event = try decoder.decode(piece.extracting(droppingFirst: offset), at: start)
            }
        } catch {
            return error
        }
        try use(event)
        return nil
    }

    /// Receives a message of pgoutput alone.
    package mutating func receive(message: RawSpan) throws(FuzzProblem) -> ProtocolViolation? {
        let event: ReplicationEvent
        do throws(ProtocolViolation) {
            event = try decoder.decode(message, at: LogSequenceNumber(rawValue: 1))
        } catch {
            return error
        }
        try use(event)
        return nil
    }

    private mutating func use(_ event: ReplicationEvent) throws(FuzzProblem) {
        if case .change(let change) = event.content {
            switch change {
            case .insert(let row), .delete(let row): try use(row)
            case .update(let old, let new):
                if let old { try use(old) }
                try use(new)
            case .truncate, .message: break
            }
        }
        _ = collector.take(event)
    }

    private func use(_ row: ReplicatedRow) throws(FuzzProblem) {
        try DecodingAttempts.check(values: row.values.span(0..<row.values.capacity), of: row.columns)
        for index in row.relation.columns.indices.prefix(200) { _ = row[index] }
        try DecodingAttempts.decodeEverything(
            of: Row(columns: row.columns, chunk: row.values, values: 0..<row.values.capacity))
    }
}
