/// Reads what the output plugin `pgoutput` writes (manual: "Logical Replication Message Formats"), in any version of its
/// protocol. It keeps what the server has said of tables and types, as it says so once.
///
/// One decoder is for one stream: after a reconnection the server says all again.
package struct LogicalDecoder: ~Copyable {
    /// What is kept of a table.
    struct Known {
        var relation: ReplicatedRelation
        /// Its columns in the formats of the last row.
        var columns: Columns
    }

    /// What is open.
    private enum Scope {
        case none
        case transaction(TransactionID)
        case prepared(TransactionID)
        case stream(TransactionID)
    }

    private var scope = Scope.none
    var relations: [UInt32: Known] = [:]
    var types: [OID: ReplicatedType] = [:]
    /// How binary values would be printed.
    var settings: OutputSettings
    /// Where the values of a row are put together.
    var scratch = ByteWriter()
    /// More tables and types than any database has that a server can stream from.
    static let capacity = 1 << 20

    /// What domains are over, as far as that was asked for.
    private let domains: [OID: OID]

    package init(settings: OutputSettings = OutputSettings(), domains: [OID: OID] = [:]) {
        self.settings = settings
        self.domains = domains
    }

    /// What a domain is over; any other type itself.
    func base(of type: OID) -> OID {
        var type = type
        // Domains over domains; a server may say that they go round in a circle.
        for _ in 0..<32 {
            guard let base = domains[type] else { break }
            type = base
        }
        return type
    }

    /// Whether no transaction is open, so that nothing is missing of what was written before.
    package var isBetweenTransactions: Bool {
        if case .none = scope { true } else { false }
    }

    /// Reads one message of the plugin's, which was written at `lsn`.
    package mutating func decode(
        _ message: RawSpan, at lsn: LogSequenceNumber
    ) throws(ProtocolViolation) -> ReplicationEvent {
        var reader = ByteReader(message)
        do {
            let type = try reader.read(UInt8.self)
            let event = try read(type, lsn, &reader)
            guard reader.isAtEnd else {
                throw ProtocolViolation(
                    "message \(MessageFramer.show(type)) of pgoutput has \(reader.remaining) bytes too many")
            }
            return event
        } catch let violation as ProtocolViolation {
            throw violation
        } catch {
            throw ProtocolViolation(
                "a message of pgoutput of \(message.byteCount) bytes ends in the middle of a field")
        }
    }

    private mutating func read(
        _ type: UInt8, _ lsn: LogSequenceNumber, _ reader: inout ByteReader
    ) throws -> ReplicationEvent {
        switch type {
        case UInt8(ascii: "I"), UInt8(ascii: "U"), UInt8(ascii: "D"), UInt8(ascii: "T"), UInt8(ascii: "M"),
            UInt8(ascii: "R"), UInt8(ascii: "Y"):
            return try readInside(type, lsn, &reader)
        case UInt8(ascii: "O"):
            let position = try reader.readLSN()
            return event(lsn, .origin(name: try reader.readCString(), lsn: position))
        case UInt8(ascii: "B"), UInt8(ascii: "b"), UInt8(ascii: "S"): return try readBeginning(type, lsn, &reader)
        default: return try readEnd(type, lsn, &reader)
        }
    }

    private mutating func readBeginning(
        _ type: UInt8, _ lsn: LogSequenceNumber, _ reader: inout ByteReader
    ) throws -> ReplicationEvent {
        guard isBetweenTransactions else {
            throw ProtocolViolation("message \(MessageFramer.show(type)) of pgoutput came inside of a transaction")
        }
        switch type {
        case UInt8(ascii: "B"):
            let begin = ReplicationEvent.Begin(finalLSN: try reader.readLSN(), time: try reader.readTime())
            scope = .transaction(try reader.readXID())
            return event(lsn, .begin(begin))
        case UInt8(ascii: "b"):
            let (prepare, transaction) = try reader.readPrepared()
            scope = .prepared(transaction)
            return event(lsn, .beginPrepare(prepare))
        default:
            scope = .stream(try reader.readXID())
            return event(lsn, .streamStart(isFirst: try reader.read(UInt8.self) != 0))
        }
    }

    private mutating func readEnd(
        _ type: UInt8, _ lsn: LogSequenceNumber, _ reader: inout ByteReader
    ) throws -> ReplicationEvent {
        switch (type, scope) {
        case (UInt8(ascii: "C"), .transaction(let transaction)):
            let commit = try reader.readCommit()
            return end(lsn, transaction, commit.endLSN, .commit(commit))
        case (UInt8(ascii: "P"), .prepared):
            try reader.readFlags()
            let (prepare, transaction) = try reader.readPrepared()
            return end(lsn, transaction, prepare.endLSN, .prepare(prepare))
        case (UInt8(ascii: "E"), .stream):
            defer { scope = .none }
            return event(lsn, .streamStop)
        case (UInt8(ascii: "c"), .none):
            let transaction = try reader.readXID()
            let commit = try reader.readCommit()
            return end(lsn, transaction, commit.endLSN, .streamCommit(commit))
        case (UInt8(ascii: "A"), .none):
            let (transaction, subtransaction) = (try reader.readXID(), try reader.readXID())
            var abort = ReplicationEvent.Abort(isWhole: transaction == subtransaction)
            // Only with parallel streaming.
            if !reader.isAtEnd { (abort.lsn, abort.time) = (try reader.readLSN(), try reader.readTime()) }
            var event = end(lsn, transaction, nil, .streamAbort(abort))
            event.subtransaction = subtransaction
            return event
        case (UInt8(ascii: "p"), .none):
            try reader.readFlags()
            let (prepare, transaction) = try reader.readPrepared()
            return end(lsn, transaction, prepare.endLSN, .streamPrepare(prepare))
        case (UInt8(ascii: "K"), .none):
            try reader.readFlags()
            let (prepared, transaction) = try reader.readPrepared()
            return end(lsn, transaction, prepared.endLSN, .commitPrepared(prepared))
        case (UInt8(ascii: "r"), .none):
            try reader.readFlags()
            let (rollback, transaction) = try reader.readRollback()
            return end(lsn, transaction, rollback.endLSN, .rollbackPrepared(rollback))
        default:
            throw ProtocolViolation(
                "message \(MessageFramer.show(type)) of pgoutput is unknown, or came where it does not belong")
        }
    }

    /// What may be part of a transaction that is streamed while it is under way, and then says of which subtransaction it is.
    private mutating func readInside(
        _ type: UInt8, _ lsn: LogSequenceNumber, _ reader: inout ByteReader
    ) throws -> ReplicationEvent {
        var subtransaction: TransactionID?
        if case .stream = scope { subtransaction = try reader.readXID() }
        var result: ReplicationEvent
        switch type {
        case UInt8(ascii: "R"): result = event(lsn, .relation(try readRelation(&reader)))
        case UInt8(ascii: "Y"): result = event(lsn, .type(try readType(&reader)))
        case UInt8(ascii: "M"):
            let message = try reader.readMessage()
            result = event(lsn, .change(.message(message)))
            if !message.isTransactional {
                (result.transaction, subtransaction) = (nil, nil)
                // It counts as not yet seen when its own place is where the stream begins again.
                if isBetweenTransactions { result.endLSN = LogSequenceNumber(rawValue: message.lsn.rawValue &+ 1) }
            } else if isBetweenTransactions {
                throw ProtocolViolation("a transactional message of pgoutput came outside of any transaction")
            }
        default:
            guard !isBetweenTransactions else {
                throw ProtocolViolation(
                    "change \(MessageFramer.show(type)) of pgoutput came outside of any transaction")
            }
            result = event(lsn, .change(try readChange(type, &reader)))
        }
        result.subtransaction = subtransaction
        return result
    }

    private func event(_ lsn: LogSequenceNumber, _ content: ReplicationEvent.Content) -> ReplicationEvent {
        let transaction: TransactionID? =
            switch scope {
            case .none: nil
            case .transaction(let id), .prepared(let id), .stream(let id): id
            }
        return ReplicationEvent(lsn: lsn, transaction: transaction, content: content)
    }

    private mutating func end(
        _ lsn: LogSequenceNumber, _ transaction: TransactionID, _ endLSN: LogSequenceNumber?,
        _ content: ReplicationEvent.Content
    ) -> ReplicationEvent {
        scope = .none
        return ReplicationEvent(lsn: lsn, transaction: transaction, endLSN: endLSN, content: content)
    }
}
