import PGWire
import PGWireTesting
import Testing

/// What `pgoutput` writes, and what else may come in its place.
@Suite struct ProtocolLogicalDecoderTests {
    /// The event without what is told at length elsewhere.
    private static func name(_ event: ReplicationEvent) -> String {
        let words =
            switch event.content {
            case .begin: "begin"
            case .commit: "commit"
            case .origin(let name, _): "origin \(name)"
            case .relation(let relation): "relation \(relation.oid)"
            case .type(let type): "type \(type.schema).\(type.name)"
            case .change(let change): change.words
            case .streamStart(let isFirst): isFirst ? "first part" : "part"
            case .streamStop: "stop"
            case .streamCommit: "stream commit"
            case .streamAbort(let abort):
                "abort \(abort.isWhole ? "all" : "part")" + (abort.lsn.map { " at \($0)" } ?? "")
            case .beginPrepare(let prepared): "begin prepare \(prepared.identifier)"
            case .prepare: "prepare"
            case .streamPrepare: "stream prepare"
            case .commitPrepared: "commit prepared"
            case .rollbackPrepared: "rollback prepared"
            case .reconnected: "reconnected"
            }
        let place = [event.transaction, event.subtransaction].map { $0.map { "\($0)" } ?? "-" }.joined(separator: "/")
        return "\(place) \(words)" + (event.endLSN.map { " until \($0)" } ?? "")
    }

    private static let expected = [
        "1/- begin", "1/- origin elsewhere", "1/- type pg_catalog.mood", "1/- relation 7", "1/- insert t(1, a)",
        "1/- insert t([0, 0, 0, 2], NULL)", "1/- update t(1, unchanged)", "1/- update t(1, -) to (3, b)",
        "1/- update t(1, x) to (3, b)", "1/- delete t(3, -)", "1/- delete t(3, b)", "1/- truncate t cascade restart",
        "1/- message prefix in", "1/- commit until 0/14", "-/- message prefix out until 0/A",
        "2/- first part", "2/2 relation 8", "2/2 insert t(1, a)", "2/3 insert t(2, b)", "2/4 update t(2, c)",
        "2/- stop",
        "2/3 abort part", "2/4 abort part at 0/5", "2/- part", "2/2 insert t(5, e)", "2/- stop",
        "2/- stream commit until 0/1E", "5/- first part", "5/- stop", "5/5 abort all", "6/- begin prepare gid",
        "6/- insert t(6, NULL)", "6/- prepare until 0/28", "6/- commit prepared until 0/32",
        "7/- rollback prepared until 0/3C", "8/- first part", "8/8 insert t(8, NULL)", "8/- stop",
        "8/- stream prepare until 0/46",
    ]

    @Test func everyMessage() throws {
        var decoder = LogicalDecoder()
        let events = try PgOutput.everything.map { try decoder.decode($0.rawSpan, at: LogSequenceNumber(rawValue: 1)) }
        #expect(events.map(Self.name) == Self.expected)
        let isBetween = decoder.isBetweenTransactions
        #expect(isBetween)
        var collector = TransactionCollector()
        let transactions = events.compactMap { event -> String? in
            switch collector.take(event) {
            case .transaction(let transaction):
                "\(transaction.id) \(transaction.outcome) \(transaction.changes.map(\.words))"
                    + (transaction.origin.map { " of \($0)" } ?? "")
            case .message(let message, _): "message \(message.prefix)"
            case .reconnected, nil: nil
            }
        }
        #expect(
            transactions.dropFirst() == [
                "message prefix", #"2 committed ["insert t(1, a)", "insert t(5, e)"]"#,
                #"6 prepared("gid") ["insert t(6, NULL)"]"#, #"6 preparedCommitted("gid") []"#,
                #"7 preparedRolledBack("gid") []"#, #"8 prepared("gid") ["insert t(8, NULL)"]"#,
            ])
        #expect(transactions.first?.hasSuffix("of elsewhere") == true)
        #expect(collector.size == 0)
    }

    /// A part that is undone, of which nothing was published: all else stays.
    @Test func aPartWithoutChanges() throws {
        var decoder = LogicalDecoder()
        var collector = TransactionCollector()
        var counts: [Int] = []
        for message in [
            PgOutput.streamStart(2, isFirst: true), PgOutput.relation(stream: 2),
            PgOutput.insert([.text("1"), .null], stream: 2), PgOutput.streamStop, PgOutput.streamAbort(2, 3),
            PgOutput.streamStart(2, isFirst: false), PgOutput.insert([.text("2"), .null], stream: 2),
            PgOutput.streamStop,
            PgOutput.streamAbort(2, 4), PgOutput.streamCommit(2, end: 30),
        ] {
            let event = try decoder.decode(message.rawSpan, at: LogSequenceNumber(rawValue: 1))
            if case .transaction(let transaction) = collector.take(event) { counts.append(transaction.changes.count) }
        }
        #expect(counts == [2])
        #expect(collector.size == 0)
    }

    /// The same, as CopyData that comes in two pieces, whichever.
    @Test func atEveryBoundary() throws {
        let messages: [WireMessage] =
            [.copyBothResponse(formats: [])]
            + PgOutput.everything.enumerated().map { .copyData(PgOutput.logData($1, at: UInt64($0))) }
            + [
                .copyData(PgOutput.keepalive(77, wantsReply: true)), .copyDone, .commandComplete("COPY 0"),
                .readyForQuery(),
            ]
        let bytes = messages.bytes
        for boundary in 0...bytes.count {
            var session = Session()
            session.framer.phase = .established
            var stream = CopyBoth()
            var decoder = LogicalDecoder()
            var names: [String] = []
            for piece in [bytes[..<boundary], bytes[boundary...]] {
                session.input.append(Array(piece).rawSpan)
                while let message = try session.next() {
                    guard case .data(let range)? = try stream.receive(message) else { continue }
                    let data = session.input.chunk.span(range)
                    switch try ReplicationMessage(data) {
                    case .data(let start, _, let offset):
                        #expect(start.rawValue == UInt64(names.count))
                        names.append(Self.name(try decoder.decode(data.extracting(droppingFirst: offset), at: start)))
                    case .keepalive(let end, let wantsReply): names.append("\(end) \(wantsReply)")
                    }
                }
            }
            #expect(names == Self.expected + ["0/4D true"])
            let isDone = stream.isDone
            #expect(isDone)
        }
    }

    /// What ends too early, or has something after it, is an error, and nothing else.
    @Test func cutAndLengthened() throws {
        for index in PgOutput.everything.indices {
            let message = PgOutput.everything[index]
            for length in 0..<message.count {
                // Parallel streaming alone makes it longer.
                if message[0] == UInt8(ascii: "A"), length == 9 { continue }
                #expect(throws: ProtocolViolation.self) {
                    try Self.decode(before: index, Array(message.prefix(length)))
                }
            }
            #expect(throws: ProtocolViolation.self) { try Self.decode(before: index, message + [0]) }
        }
        for length in 0..<18 {
            let keepalive = Array(PgOutput.keepalive(1, wantsReply: false).prefix(length))
            #expect(throws: ProtocolViolation.self) { try ReplicationMessage(keepalive.rawSpan) }
        }
        #expect(throws: ProtocolViolation.self) {
            try ReplicationMessage((PgOutput.keepalive(1, wantsReply: false) + [0]).rawSpan)
        }
    }

    private static func decode(before index: Int, _ message: [UInt8]) throws {
        var decoder = LogicalDecoder()
        for message in PgOutput.everything[..<index] + [message] {
            _ = try decoder.decode(message.rawSpan, at: .init(rawValue: 0))
        }
    }

    private static let hostile: [(String, [[UInt8]])] = [
        ("which it has not described", [PgOutput.insert([.null], 9)]),
        ("a row of 1 columns", [PgOutput.relation(), PgOutput.insert([.null])]),
        ("a row of 3 columns", [PgOutput.relation(), PgOutput.insert([.null, .null, .null])]),
        ("unknown kind 'x'", [PgOutput.relation(), PgOutput.insert([.null, .other("x")])]),
        ("unknown kind 'Q'", [PgOutput.relation(), PgOutput.delete("Q", [.null, .null])]),
        ("unknown replica identity 'z'", [PgOutput.relation(identity: "z")]),
        ("inside of a transaction", [PgOutput.begin(2, final: 1)]),
        ("inside of a transaction", [PgOutput.streamStart(2, isFirst: true)]),
        ("does not belong", [PgOutput.streamStop]), ("does not belong", [PgOutput.streamCommit(1, end: 2)]),
        ("does not belong", [[UInt8(ascii: "?")]]), ("does not belong", [PgOutput.prepared("P", 1, end: 2)]),
        ("outside of any", [PgOutput.commit(1, end: 2), PgOutput.relation(), PgOutput.insert([.null, .null])]),
        ("outside of any", [PgOutput.commit(1, end: 2), PgOutput.message("", isTransactional: true)]),
        ("which it has not described", [PgOutput.truncate([8])]),
        (
            "the middle of a field",
            [[UInt8(ascii: "T"), 255, 255, 255, 255, 0], [UInt8(ascii: "T"), 0, 0, 0, 0, 0]]
        ),
        ("the middle of a field", [PgOutput.relation(), Array(PgOutput.insert([.null, .text("abc")]).dropLast())]),
        (
            "the middle of a field",
            [
                PgOutput.relation(),
                [UInt8(ascii: "I"), 0, 0, 0, 7, UInt8(ascii: "N"), 0, 2, 0x74, 0xFF, 0xFF, 0xFF, 0xFE, 0x6E],
            ]
        ),
    ]

    @Test(arguments: hostile.indices) func whatMakesNoSense(_ index: Int) throws {
        let (reason, messages) = Self.hostile[index]
        let violation = try #require(throws: ProtocolViolation.self) {
            try Self.decodeAll([PgOutput.begin(1, final: 1)] + messages)
        }
        #expect(violation.description.contains(reason))
    }

    /// Decodes all, and reads what can be read.
    private static func decodeAll(_ messages: [[UInt8]]) throws {
        var decoder = LogicalDecoder()
        var collector = TransactionCollector()
        for message in messages {
            let event = try decoder.decode(message.rawSpan, at: .init(rawValue: .max))
            _ = Self.name(event)
            _ = collector.take(event)
            guard case .change(.insert(let row)) = event.content else { continue }
            _ = try? row.decode(0, as: Int.self)
            _ = try? row.decode("v", as: String?.self)
        }
    }

    /// Whatever comes: an event or an error, and rows that can be read.
    @Test func mutated() throws {
        var generator = FuzzGenerator(seed: 20_261_130)
        var (taken, refused) = (0, 0)
        for _ in 0..<4000 {
            var messages = PgOutput.everything
            for _ in 0...generator.below(3) {
                let index = generator.below(messages.count)
                switch generator.below(4) {
                case 0: messages.swapAt(index, generator.below(messages.count))
                case 1: messages[index] = Array(messages[index].prefix(generator.below(messages[index].count)))
                case 2: messages.remove(at: index)
                default:
                    let place = generator.below(messages[index].count)
                    if !messages[index].isEmpty { messages[index][place] = UInt8(generator.below(256)) }
                }
            }
            do {
                try Self.decodeAll(messages)
                taken += 1
            } catch is ProtocolViolation {
                refused += 1
            }
        }
        #expect(taken > 100 && refused > 1000)
    }

    /// A domain is read as what it is over; those that go round in a circle are no trap.
    @Test func domains() throws {
        for (domains, type) in [([23: 16], 16), ([23: 99, 99: 21], 21), ([23: 25, 25: 23], nil)]
            as [([UInt32: UInt32], UInt32?)]
        {
            let bases = Dictionary(uniqueKeysWithValues: domains.map { (OID($0), OID($1)) })
            var decoder = LogicalDecoder(domains: bases)
            let event = try decoder.decode(PgOutput.relation().rawSpan, at: .init(rawValue: 0))
            guard case .relation(let relation) = event.content else { throw CancellationError() }
            if let type { #expect(relation.columns[0].type == OID(type)) }
        }
    }

    /// A server that was told to end in the middle of a transaction sends the rest of it after CopyDone.
    @Test func theRestAfterTheEnd() throws {
        var stream = CopyBoth()
        var names: [String] = []
        for message: WireMessage in [
            .copyBothResponse(formats: []), .copyData([1]), .copyDone, .copyData([2]), .commandComplete("COPY 0"),
            .commandComplete("START_REPLICATION"), .readyForQuery(),
        ] {
            switch try stream.receive(BackendSample.decoded(message)) {
            case .started: names.append("started")
            case .data: names.append("data")
            case .ended: names.append("ended")
            case .failed: names.append("failed")
            case .ready: names.append("ready")
            case nil: names.append("-")
            }
        }
        #expect(names == ["started", "data", "ended", "-", "-", "-", "ready"])
    }

    /// The stream's own messages, in an order that makes no sense.
    @Test func streamsOutOfOrder() throws {
        for message in BackendSample.synchronous {
            var stream = CopyBoth()
            let decoded = try BackendSample.decoded(message)
            switch decoded {
            case .copyBothResponse, .errorResponse: _ = try stream.receive(decoded)
            default: #expect(throws: ProtocolViolation.self) { try stream.receive(decoded) }
            }
        }
    }
}
