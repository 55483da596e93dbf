import PGWire
import PGWireTesting
import Testing

/// In every state of the machines for queries: the messages that belong there are taken, and every other one is a
/// violation.
@Suite struct ProtocolOrderTests {
    struct Place: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: [WireMessage]
        var accepted: Set<String>

        init(_ name: String, after before: [WireMessage], _ accepted: Set<String>) {
            testDescription = name
            self.before = before
            self.accepted = accepted
        }
    }

    private static let columns = WireMessage.rowDescription(BackendSample.columns)
    private static let failure = WireMessage.errorResponse("22012", "division by zero")
    private static let bound: [WireMessage] = [.parseComplete, .bindComplete]

    static let extended: [Place] = [
        Place("parse", after: [], ["ParseComplete", "ErrorResponse"]),
        Place("bind", after: [.parseComplete], ["BindComplete", "ErrorResponse"]),
        Place("describe", after: bound, ["RowDescription", "NoData", "ErrorResponse"]),
        Place(
            "rows", after: bound + [columns],
            ["DataRow", "CommandComplete", "EmptyQueryResponse", "CopyInResponse", "CopyOutResponse", "ErrorResponse"]),
        Place(
            "no rows", after: bound + [.noData],
            ["CommandComplete", "EmptyQueryResponse", "CopyInResponse", "CopyOutResponse", "ErrorResponse"]),
        Place("COPY in", after: bound + [.noData, .copyInResponse()], ["ErrorResponse"]),
        Place("COPY out", after: bound + [.noData, .copyOutResponse()], ["CopyData", "CopyDone", "ErrorResponse"]),
        Place(
            "COPY out ended", after: bound + [.noData, .copyOutResponse(), .copyDone],
            ["CommandComplete", "ErrorResponse"]),
        Place(
            "complete", after: bound + [.noData, .commandComplete("SET")], ["ReadyForQuery", "ErrorResponse"]),
        Place("failed", after: [failure], ["ReadyForQuery"]),
        Place("failed while complete", after: bound + [.noData, .commandComplete("SET"), failure], ["ReadyForQuery"]),
        Place("done", after: [failure, .readyForQuery()], []),
    ]

    static let simple: [Place] = [
        Place(
            "first statement", after: [],
            [
                "RowDescription", "CommandComplete", "EmptyQueryResponse", "CopyInResponse", "CopyOutResponse",
                "ErrorResponse",
            ]),
        Place(
            "further statement", after: [.commandComplete("SET")],
            [
                "RowDescription", "CommandComplete", "EmptyQueryResponse", "CopyInResponse", "CopyOutResponse",
                "ErrorResponse", "ReadyForQuery",
            ]),
        Place("rows", after: [columns], ["DataRow", "CommandComplete", "ErrorResponse"]),
        Place("COPY in", after: [.copyInResponse()], ["ErrorResponse"]),
        Place("COPY out", after: [.copyOutResponse()], ["CopyData", "CopyDone", "ErrorResponse"]),
        Place("COPY out ended", after: [.copyOutResponse(), .copyDone], ["CommandComplete", "ErrorResponse"]),
        Place("failed", after: [failure], ["ReadyForQuery"]),
        Place("done", after: [.commandComplete("SET"), .readyForQuery()], []),
    ]

    @Test(arguments: extended) func extendedQuery(place: Place) throws {
        for message in BackendSample.all {
            var query = ExtendedQuery([.init(describes: true)])
            for message in place.before { _ = try query.receive(try BackendSample.decoded(message)) }
            let decoded = try BackendSample.decoded(message)
            var isAccepted = true
            do { _ = try query.receive(decoded) } catch { isAccepted = false }
            #expect(isAccepted == place.accepted.contains(decoded.name), "\(decoded.name)")
        }
    }

    @Test(arguments: simple) func simpleQuery(place: Place) throws {
        for message in BackendSample.all {
            var query = SimpleQuery()
            for message in place.before { _ = try query.receive(try BackendSample.decoded(message)) }
            let decoded = try BackendSample.decoded(message)
            var isAccepted = true
            do { _ = try query.receive(decoded) } catch { isAccepted = false }
            #expect(isAccepted == place.accepted.contains(decoded.name), "\(decoded.name)")
        }
    }

    @Test(arguments: [0, 2, 3]) func columnCountMismatch(count: Int) throws {
        let row = try BackendSample.decoded(.dataRow([[UInt8]?](repeating: nil, count: count)))
        var query = ExtendedQuery([.init(describes: true)])
        for message in Self.bound + [Self.columns] { _ = try query.receive(try BackendSample.decoded(message)) }
        var simple = SimpleQuery()
        _ = try simple.receive(try BackendSample.decoded(Self.columns))
        var refusals = 0
        do { _ = try query.receive(row) } catch { refusals += 1 }
        do { _ = try simple.receive(row) } catch { refusals += 1 }
        #expect(refusals == 2)
    }
}
