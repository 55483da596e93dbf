import PGWire

/// Sessions that are written rather than recorded: each exchange, and columns of each type.
extension FuzzSeed {
    package static let written: [FuzzSeed] = logins + statements + columnsOfEachType + copies + replications

    private static let pair = WireMessage.rowDescription([.init("a", type: 23), .init("b", type: 25)])
    private static let row = WireMessage.dataRow([[0, 0, 0, 7], Array("text".utf8)])
    private static let selected = WireMessage.commandComplete("SELECT 1")
    private static let ready = WireMessage.readyForQuery()
    private static let failure = WireMessage.errorResponse(
        "22012", "division by zero", fields: ["P": "3", "D": "a detail", "H": "a hint", "W": "where", "R": "int4div"])

    private static let usual: FuzzPlan.StatementShape = [.parses, .describes]

    private static let statements: [FuzzSeed] = [
        FuzzSeed([.simple(.refuse)], [pair, row, row, selected, .emptyQueryResponse, ready]),
        FuzzSeed([.simple(.refuse), .simple(.refuse)], [.noticeResponse("hello"), failure, ready, selected, ready]),
        FuzzSeed(
            [.extended([usual]), .extended([[]])],
            [.parseComplete, .bindComplete, pair, row, row, selected, ready, .bindComplete, row, selected, ready]),
        FuzzSeed([.extended([usual])], [.parseComplete, .bindComplete, .noData, .emptyQueryResponse, ready]),
        FuzzSeed(
            [.extended([[.parses, .isDescribedOnly]])],
            [.parseComplete, .parameterDescription([23, 25]), pair, ready]),
        FuzzSeed(
            [.extended([[.closes, .parses, .describes, .syncs], [.closes, .isDescribedOnly]])],
            [.closeComplete, .parseComplete, .bindComplete, pair, row, selected, ready, .closeComplete]
                + [.parameterDescription([]), .noData, ready]),
        // A portal that is read in parts.
        FuzzSeed(
            [.extended([[.parses, .describes, .isLimited]]), .extended([[.continuesPortal, .isLimited]])]
                + [.extended([[.continuesPortal, .isLimited]])],
            [.parseComplete, .bindComplete, pair, row, .portalSuspended, ready, row, .portalSuspended, ready]
                + [row, selected, ready]),
        // A pipeline of three statements and two Syncs, of which one fails.
        FuzzSeed(
            [.extended([[.parses, .describes, .isInternal], usual, [.parses, .describes, .syncs], usual])],
            [.parseComplete, .bindComplete, pair, row, selected, .parseComplete, .bindComplete, .noData]
                + [.commandComplete("INSERT 0 1"), .parseComplete, failure, ready]
                + [.parseComplete, .bindComplete, pair, row, selected, ready]),
        FuzzSeed(
            [.repeated(settings: 1, describes: true, elements: 2, isGivenUp: false)],
            [.parseComplete, .bindComplete, .dataRow([nil]), selected, .parseComplete]
                + [.bindComplete, pair, row, selected, .bindComplete, row, row, selected, ready]),
        FuzzSeed(
            [.repeated(settings: 0, describes: false, elements: 4, isGivenUp: false)],
            [.parseComplete]
                + Array(repeating: [.bindComplete, .commandComplete("INSERT 0 1")], count: 4).flatMap { $0 }
                + [ready]),
        FuzzSeed(
            [.repeated(settings: 0, describes: false, elements: 2, isGivenUp: true)],
            [.parseComplete, .bindComplete, .commandComplete("INSERT 0 1"), failure, ready]),
        FuzzSeed(
            [.listen, .simple(.refuse), .cancel],
            [.commandComplete("LISTEN"), ready, .notificationResponse(processID: 7, channel: "c", payload: "p")]
                + [.parameterStatus("TimeZone", "UTC"), .backendKeyData()]),
        FuzzSeed([.simple(.refuse)], [.errorResponse("57P01", "terminating connection", severity: "FATAL")]),
    ]

    /// One statement for some types each, as binary and as text.
    private static let columnsOfEachType: [FuzzSeed] = {
        let all = FuzzDecoder.all.flatMap { decoder in
            decoder.samples().map { (type: decoder.type, bytes: $0.bytes, format: $0.format) }
        }
        return stride(from: 0, to: all.count, by: 6).map { start in
            let some = all[start..<min(start + 6, all.count)]
            let columns = some.enumerated().map { index, sample in
                WireMessage.ColumnDescription("c\(index)", type: sample.type.rawValue, format: sample.format.rawValue)
            }
            return FuzzSeed(
                [.extended([usual])],
                [.parseComplete, .bindComplete, .rowDescription(columns), .dataRow(some.map(\.bytes)), selected, ready])
        }
    }()
}
