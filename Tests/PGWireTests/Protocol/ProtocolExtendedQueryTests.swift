import PGWire
import PGWireTesting
import Testing

/// Batches of the extended protocol, read as transcripts: what the server says, and what it means, with the statement that
/// it is about.
@Suite struct ProtocolExtendedQueryTests {
    typealias Statement = ExtendedQuery.Statement

    /// A batch and its answers, each with the event that comes of it; nil where the caller need not know.
    struct Exchange: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var statements: [Statement]
        var answers: [(message: WireMessage, event: String?)]

        init(_ name: String, _ statements: [Statement], _ answers: [(WireMessage, String?)]) {
            testDescription = name
            self.statements = statements
            self.answers = answers
        }
    }

    /// A statement that is parsed and described.
    static let plain = Statement(describes: true)
    /// One that the server has prepared, with two columns.
    private static let prepared = changed(plain) {
        $0.parses = false
        $0.describes = false
        $0.columnCount = 2
    }
    private static let described = changed(plain) {
        $0.binds = false
        $0.isDescribedOnly = true
    }
    private static let own = changed(Statement(describes: false)) { $0.isInternal = true }

    private static func changed(_ statement: Statement, _ change: (inout Statement) -> Void) -> Statement {
        var statement = statement
        change(&statement)
        return statement
    }

    static func syncing(_ statement: Statement) -> Statement { changed(statement) { $0.syncs = true } }

    private static let columns = WireMessage.rowDescription([.init("a", type: 23), .init("b", type: 25)])
    private static let row = WireMessage.dataRow([nil, nil])
    private static let one = WireMessage.dataRow([nil])
    private static let done = WireMessage.commandComplete("SELECT 1")
    private static let failure = WireMessage.errorResponse("22012", "division by zero")

    static let exchanges: [Exchange] = [
        Exchange(
            "a Sync alone", [],
            [(.readyForQuery(), "ready idle")]),
        Exchange(
            "Parse, Bind, Describe, Execute", [plain],
            [
                (.parseComplete, "0 parsed"), (.bindComplete, nil), (columns, "0 columns 2"), (row, "0 row"),
                (row, "0 row"),
                (done, "0 complete"), (.readyForQuery(), "ready idle"),
            ]),
        Exchange(
            "without Parse", [changed(plain) { $0.parses = false }],
            [
                (.bindComplete, nil), (.noData, "0 columns 0"), (done, "0 complete"),
                (.readyForQuery(.inTransaction), "ready inTransaction"),
            ]),
        Exchange(
            "without Parse and Describe", [prepared],
            [(.bindComplete, nil), (row, "0 row"), (done, "0 complete"), (.readyForQuery(), "ready idle")]),
        Exchange(
            "with Close before it", [changed(plain) { $0.closes = 2 }],
            [
                (.closeComplete, nil), (.closeComplete, nil), (.parseComplete, "0 parsed"), (.bindComplete, nil),
                (columns, "0 columns 2"), (done, "0 complete"), (.readyForQuery(), "ready idle"),
            ]),
        Exchange(
            "with Close, without Parse", [changed(prepared) { $0.closes = 1 }],
            [
                (.closeComplete, nil), (.bindComplete, nil), (.emptyQueryResponse, "0 complete"),
                (.readyForQuery(), "ready idle"),
            ]),
        Exchange(
            "internal statements around it", [own, plain, own],
            [
                (.parseComplete, "0 parsed"), (.bindComplete, nil), (one, "0 internal row"), (done, nil),
                (.parseComplete, "1 parsed"), (.bindComplete, nil), (columns, "1 columns 2"), (row, "1 row"),
                (done, "1 complete"),
                (.parseComplete, "2 parsed"), (.bindComplete, nil), (one, "2 internal row"), (done, nil),
                (.readyForQuery(), "ready idle"),
            ]),
        Exchange(
            "described only", [described],
            [
                (.parseComplete, "0 parsed"), (.parameterDescription([23, 25]), "0 parameters 2"),
                (columns, "0 columns 2"), (.readyForQuery(), "ready idle"),
            ]),
        Exchange(
            "described only, with Close, without rows", [changed(described) { $0.closes = 1 }],
            [
                (.closeComplete, nil), (.parseComplete, "0 parsed"), (.parameterDescription([]), "0 parameters 0"),
                (.noData, "0 columns 0"), (.readyForQuery(.inTransaction), "ready inTransaction"),
            ]),
        Exchange(
            "described only, without Parse, after another and before one",
            [own, changed(described) { $0.parses = false }, plain],
            [
                (.parseComplete, "0 parsed"), (.bindComplete, nil), (one, "0 internal row"), (done, nil),
                (.parameterDescription([23]), "1 parameters 1"), (columns, "1 columns 2"),
                (.parseComplete, "2 parsed"), (.bindComplete, nil), (columns, "2 columns 2"), (row, "2 row"),
                (done, "2 complete"), (.readyForQuery(), "ready idle"),
            ]),
        Exchange(
            "described only, and refused", [described],
            [(failure, "0 failed 22012"), (.readyForQuery(), "ready idle")]),
        Exchange(
            "several under one Sync", [plain, prepared, plain],
            [
                (.parseComplete, "0 parsed"), (.bindComplete, nil), (columns, "0 columns 2"), (done, "0 complete"),
                (.bindComplete, nil), (row, "1 row"), (done, "1 complete"),
                (.parseComplete, "2 parsed"), (.bindComplete, nil), (.noData, "2 columns 0"),
                (.emptyQueryResponse, "2 complete"),
                (.readyForQuery(.failed), "ready failed"),
            ]),
        Exchange(
            "several Syncs", [syncing(plain), plain, syncing(prepared), syncing(plain)],
            [
                (.parseComplete, "0 parsed"), (.bindComplete, nil), (columns, "0 columns 2"), (done, "0 complete"),
                (.readyForQuery(), "ready idle"),
                (.parseComplete, "1 parsed"), (failure, "1 failed 22012"), (.readyForQuery(), "ready idle"),
                (.parseComplete, "3 parsed"), (.bindComplete, nil), (columns, "3 columns 2"), (row, "3 row"),
                (done, "3 complete"), (.readyForQuery(), "ready idle"),
            ]),
        Exchange(
            "COPY TO, which nobody takes", [plain, prepared],
            [
                (.parseComplete, "0 parsed"), (.bindComplete, nil), (.noData, "0 columns 0"),
                (.copyOutResponse(), "0 sends data"), (.copyData([1]), "0 data"), (.copyData([]), "0 data"),
                (.copyDone, nil),
                (.commandComplete("COPY 2"), "0 complete"),
                (.bindComplete, nil), (row, "1 row"), (done, "1 complete"), (.readyForQuery(), "ready idle"),
            ]),
    ]

    @Test(arguments: exchanges) func transcript(exchange: Exchange) throws {
        let query = Played(exchange.statements)
        if exchange.statements.isEmpty { query.machine.markSync() }
        for (index, answer) in exchange.answers.enumerated() {
            #expect(!query.isDone, "\(index)")
            #expect(try query.event(answer.message) == answer.event, "\(index)")
        }
        #expect(query.isDone)
        #expect(throws: ProtocolViolation.self) { try query.event(.readyForQuery()) }
    }

    /// In the place of every answer of the first part: an error ends that part, whatever it has still to come, and nothing
    /// of the second.
    @Test func anErrorInEachPlace() throws {
        let parts = [Self.changed(Self.plain) { $0.closes = 1 }, Self.own, Self.syncing(Self.prepared), Self.plain]
        let first: [(WireMessage, Int)] = [
            (.closeComplete, 0), (.parseComplete, 0), (.bindComplete, 0), (Self.columns, 0), (Self.row, 0),
            (Self.done, 0),
            (.parseComplete, 1), (.bindComplete, 1), (Self.one, 1), (Self.done, 1),
            (.bindComplete, 2), (Self.row, 2), (Self.done, 2),
        ]
        let second: [(WireMessage, String?)] = [
            (.parseComplete, "3 parsed"), (.bindComplete, nil), (Self.columns, "3 columns 2"), (Self.row, "3 row"),
            (Self.done, "3 complete"), (.readyForQuery(), "ready idle"),
        ]
        for place in 0...first.count {
            let query = Played(parts)
            for (message, _) in first.prefix(place) { _ = try query.event(message) }
            // At the Sync it is about the last one, as a deferred constraint fails only then.
            let index = place < first.count ? first[place].1 : 2
            #expect(try query.event(Self.failure) == "\(index) failed 22012", "\(place)")
            #expect(query.machine.statementsOfSync == 0..<3)
            #expect(query.machine.expectedColumnCount == nil)
            // Nothing but ReadyForQuery, and not a second error either.
            for message in BackendSample.all where BackendSample.name(message) != "ReadyForQuery" {
                let other = Played(parts)
                for (message, _) in first.prefix(place) { _ = try other.event(message) }
                _ = try other.event(Self.failure)
                #expect(throws: ProtocolViolation.self) { try other.event(message) }
            }
            #expect(try query.event(.readyForQuery()) == "ready idle")
            for (message, expected) in second { #expect(try query.event(message) == expected, "\(place)") }
            #expect(query.isDone)
        }
    }

    /// The memory of a batch is used for the next, and nothing else of it.
    @Test func restarting() throws {
        let query = Played()
        #expect(query.isDone)
        for _ in 1...3 {
            query.machine.restart()
            #expect(query.machine.awaitsSync == false)
            query.machine.add(Self.plain)
            query.machine.add(Self.prepared)
            #expect(query.machine.awaitsSync == true)
            query.machine.markSync()
            #expect(query.machine.syncCount == 1)
            #expect(try query.event(.parseComplete) == "0 parsed")
            #expect(try query.event(Self.failure) == "0 failed 22012")
            #expect(try query.event(.readyForQuery()) == "ready idle")
            #expect(query.isDone)
        }
    }

    /// Rows that are asked for in parts.
    @Test func parts() throws {
        var limited = Statement(describes: true)
        limited.isLimited = true
        let query = Played([limited])
        for message: WireMessage in [.parseComplete, .bindComplete, Self.columns] { _ = try query.event(message) }
        #expect(try query.event(.portalSuspended) == "0 suspended")
        #expect(try query.event(.readyForQuery(.inTransaction)) == "ready inTransaction")
        #expect(query.isDone)

        var more = Statement(describes: false)
        (more.parses, more.binds, more.isLimited, more.columnCount) = (false, false, true, 1)
        let next = Played([more])
        #expect(next.machine.expectedColumnCount == 1)
        #expect(try next.event(.commandComplete("SELECT 0")) == "0 complete")

        // Nobody has asked for fewer than all.
        let all = Played([Statement(describes: false)])
        _ = try all.event(.parseComplete)
        _ = try all.event(.bindComplete)
        #expect(throws: ProtocolViolation.self) { try all.event(.portalSuspended) }
    }
}
