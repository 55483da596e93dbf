import PGWire

/// COPY in every direction.
extension FuzzSeed {
    private static func value(_ bytes: [UInt8]?) -> [UInt8] {
        guard let bytes else { return [0xFF, 0xFF, 0xFF, 0xFF] }
        return [0, 0, 0, UInt8(truncatingIfNeeded: bytes.count)] + bytes
    }

    /// The data of a binary COPY of an integer and a text.
    package static let binaryRows: [[UInt8]] = [
        BinaryCopy.header + [0, 2] + value([0, 0, 0, 7]) + value(Array("text".utf8)), [0, 2] + value(nil) + value([]),
        [0xFF, 0xFF],
    ]

    static let copies: [FuzzSeed] = [
        FuzzSeed(
            [.simple(.refuse)],
            [.copyOutResponse(formats: [0, 0]), .copyData(Array("1\ta\n".utf8)), .copyData(Array("\\N\t\"\n".utf8))]
                + [.copyDone, .commandComplete("COPY 2"), .readyForQuery()]),
        FuzzSeed(
            [.simple(.refuse)],
            [.copyOutResponse(formats: [1, 1])] + binaryRows.map(WireMessage.copyData)
                + [.copyDone, .commandComplete("COPY 2"), .readyForQuery()]),
        // In a piece for all rows, and with an array.
        FuzzSeed(
            [.simple(.refuse)],
            [
                .copyOutResponse(formats: [1, 1, 1]),
                .copyData(
                    BinaryCopy.header + [0, 3] + value([0, 0, 0, 7]) + value(Array("text".utf8))
                        + value([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 7])
                        + [0xFF, 0xFF]),
                .copyDone, .commandComplete("COPY 1"), .readyForQuery(),
            ]),
        FuzzSeed(
            [.extended([[.parses, .describes]])],
            [.parseComplete, .bindComplete, .noData, .copyOutResponse(formats: [0]), .copyData([65, 10]), .copyDone]
                + [.commandComplete("COPY 1"), .readyForQuery()]),
        FuzzSeed(
            [.simple(.give), .simple(.fail)],
            [.copyInResponse(formats: [0, 0]), .commandComplete("COPY 2"), .readyForQuery()]
                + [.copyInResponse(formats: [1]), .errorResponse("57014", "COPY from stdin failed"), .readyForQuery()]),
        FuzzSeed(
            [.extended([[.parses, .describes, .syncs], [.parses, .describes]])],
            [.parseComplete, .bindComplete, .noData, .copyInResponse(formats: [0])]
                + [.errorResponse("57014", "COPY from stdin failed"), .readyForQuery(), .parseComplete, .bindComplete]
                + [.noData, .commandComplete("SET"), .readyForQuery(), .readyForQuery()]),
    ]

    /// Replication: everything that pgoutput says, and what surrounds it.
    static let replications: [FuzzSeed] = {
        let all = PgOutput.everything
        // Between transactions.
        let parts = [Array(all[..<14]), Array(all[14..<27]), [PgOutput.relation(), PgOutput.relation(8)] + all[27...]]
        let keepalive = WireMessage.copyData(PgOutput.keepalive(9, wantsReply: true))
        let end: [WireMessage] = [.copyDone, .commandComplete("COPY 0"), .readyForQuery()]
        let starts: [WireMessage] = [.copyBothResponse(formats: [])]
        return (parts + [all, PgOutput.twoTables]).map { part in
            FuzzSeed(
                [.replication(isLogical: true)],
                starts + part.map { .copyData(PgOutput.logData($0, at: 3)) } + [keepalive] + end)
        } + [
            FuzzSeed(
                [.replication(isLogical: false)],
                starts + [.copyData(PgOutput.logData([1, 2, 3], at: 3)), keepalive] + end),
            FuzzSeed([.replication(isLogical: true)], [.errorResponse("42704", "no such slot"), .readyForQuery()]),
        ]
    }()
}
