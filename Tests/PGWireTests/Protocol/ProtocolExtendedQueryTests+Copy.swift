import PGWire
import PGWireTesting
import Testing

/// A COPY in a batch.
extension ProtocolExtendedQueryTests {
    fileprivate static let refusals: [([String], String, [String?])] = [
        // By CopyFail: the Sync before it was ignored.
        (["COPY"], "57014", ["0 failed 57014", "ready idle"]),
        // At once, before a Sync was read in copy mode: both are answered.
        (["COPY"], "23505", ["0 failed 23505", nil, "ready idle"]),
        // By the next statement under the same Sync.
        (["COPY", "B"], "08P01", ["0 failed 08P01", nil, "ready idle"]),
        (
            ["COPY", "B sync", "C"], "08P01",
            ["0 failed 08P01", "ready idle", "2 parsed", nil, "2 columns 0", "2 complete", nil, "ready idle"]
        ),
        // By the next statement after a Sync that was ignored: nothing of that part is answered.
        (["COPY sync", "B"], "08P01", ["0 failed 08P01", nil, "ready idle"]),
        (
            ["COPY sync", "B", "C sync", "D"], "08P01",
            ["0 failed 08P01", "ready idle", "3 parsed", nil, "3 columns 0", "3 complete", nil, "ready idle"]
        ),
        // At once, with others after a Sync.
        (
            ["COPY sync", "B"], "23505",
            ["0 failed 23505", "ready idle", "1 parsed", nil, "1 columns 0", "1 complete", nil, "ready idle"]
        ),
    ]

    /// A COPY FROM that is refused: the client sends CopyFail and a Sync of its own after all that it has sent. What ends
    /// the copy mode says which Syncs are answered.
    @Test(arguments: refusals) func aRefusedCopy(batch: [String], code: String, events: [String?]) throws {
        let statements = batch.map { $0.hasSuffix("sync") ? Self.syncing(Self.plain) : Self.plain }
        let query = Played(statements)
        for message in [WireMessage.parseComplete, .bindComplete, .noData] { _ = try query.event(message) }
        #expect(try query.event(.copyInResponse()) == "0 wants data")
        for expected in events {
            #expect(!query.isDone)
            let message: WireMessage =
                switch expected?.split(separator: " ").dropFirst().first ?? "" {
                case "failed": .errorResponse(code, "it failed")
                case "parsed": .parseComplete
                case "columns": .noData
                case "complete": .commandComplete("SELECT 0")
                case "idle": .readyForQuery()
                // What nobody need know of: BindComplete after ParseComplete, or a ReadyForQuery that is not the last.
                default: query.machine.expectation == "BindComplete" ? .bindComplete : .readyForQuery()
                }
            #expect(try query.event(message) == expected)
        }
        #expect(query.isDone)
    }
}
