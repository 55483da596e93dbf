import PGWire
import PGWireTesting
import Testing

/// COPY by the simple protocol, and the rows of its binary format.
@Suite struct ProtocolCopyTests {
    /// What a simple query says after CopyDone: the statement's end, or an error.
    @Test func theEndOfTheData() throws {
        for message in BackendSample.all {
            for isDone in [false, true] {
                var query = SimpleQuery()
                _ = try query.receive(try BackendSample.decoded(.copyInResponse()))
                if isDone { query.noteCopyDone() }
                let decoded = try BackendSample.decoded(message)
                var isAccepted = true
                do { _ = try query.receive(decoded) } catch { isAccepted = false }
                let accepted: Set = isDone ? ["CommandComplete", "ErrorResponse"] : ["ErrorResponse"]
                #expect(isAccepted == accepted.contains(decoded.name), "\(decoded.name)")
            }
        }
    }

    /// Several of them in one text, with the setting of a timeout before; CopyDone noted where nothing is copied changes
    /// nothing.
    @Test func severalInOneText() throws {
        var query = SimpleQuery()
        query.noteCopyDone()
        let setting: [WireMessage] = [
            .rowDescription([.init("set_config", type: 25)]), .dataRow(texts: ["5000"]), .commandComplete("SELECT 1"),
        ]
        for message in setting + [.copyInResponse(formats: [1, 1])] {
            _ = try query.receive(try BackendSample.decoded(message))
        }
        query.noteCopyDone()
        for message in [
            WireMessage.commandComplete("COPY 2"), .copyOutResponse(), .copyData([1]), .copyDone,
            .commandComplete("COPY 1"),
            .copyInResponse(), .errorResponse("57014", "COPY from stdin failed"),
        ] {
            _ = try query.receive(try BackendSample.decoded(message))
        }
        query.noteCopyDone()
        _ = try query.receive(try BackendSample.decoded(.readyForQuery()))
        let isDone = query.isDone
        #expect(isDone)
    }

    @Test func theFormatIsTold() throws {
        for (formats, isBinary) in [([], false), ([0, 0], false), ([1, 1, 1], true)] as [([Int16], Bool)] {
            var query = SimpleQuery()
            let event = try query.receive(try BackendSample.decoded(.copyOutResponse(formats: formats)))
            guard case .sendsCopyData(let format) = event else { throw Stop() }
            #expect(format.isBinary == isBinary && format.columnCount == formats.count)
        }
    }

    // MARK: the binary format

    private static let header = BinaryCopy.header
    private static let end: [UInt8] = [0xFF, 0xFF]

    private static func row(_ values: [UInt8]?...) -> [UInt8] { Array(WireMessage.dataRow(values).body) }

    private static let rows = row([1, 2, 3], nil) + row([], [0xFF, 0xFF]) + row(nil, nil)

    /// What a reader of two columns makes of the data, given in these pieces.
    private static func read(_ pieces: [ArraySlice<UInt8>], columnCount: Int = 2) -> [String] {
        var reader = BinaryCopyReader(columnCount: columnCount)
        var seen: [String] = []
        for piece in pieces {
            let violation = reader.receive(Array(piece).rawSpan) { values in
                seen.append("\([UInt8](copying: values))")
            }
            if let violation { return seen + ["violation: \(violation)"] }
        }
        return seen + (reader.incompleteness.map { ["violation: \($0)"] } ?? ["whole"])
    }

    private static let expected = [
        "[0, 0, 0, 3, 1, 2, 3, 255, 255, 255, 255]", "[0, 0, 0, 0, 0, 0, 0, 2, 255, 255]",
        "[255, 255, 255, 255, 255, 255, 255, 255]", "whole",
    ]

    @Test func isReadHoweverItIsCut() {
        // A header may be longer than we know, which must not matter.
        let extended = BinaryCopy.signature + [0, 0, 0xFF, 0xFF, 0, 0, 0, 5, 1, 2, 3, 4, 5]
        for header in [Self.header, extended] {
            let data = header + Self.rows + Self.end
            let whole = Self.read([data[...]])
            #expect(whole == Self.expected)
            #expect(Self.read(data.indices.map { data[$0...$0] }) == whole)
            #expect(Self.read(data.indices.flatMap { [data[$0...$0], []] }) == whole)
            for first in 0...data.count {
                for second in first...data.count {
                    #expect(Self.read([data[..<first], data[first..<second], data[second...]]) == whole)
                }
            }
        }
    }

    /// What a real server sent, cut anywhere.
    @Test func recordedRows() throws {
        let recorded = try RecordedTranscript.named("postgresql-17-copy-binary")
        let streams = recorded.transcript.entries.reduce(into: [[UInt8]]()) { streams, entry in
            guard entry.sender == .server else { return }
            if entry.name == "CopyOutResponse" { streams.append([]) }
            if entry.name == "CopyData" { streams[streams.count - 1] += entry.bytes.dropFirst(5) }
        }
        #expect(streams.count >= 3)
        var generator = FuzzGenerator(seed: 1)
        for stream in streams {
            let columns = recorded.columnCount(of: stream)
            let whole = Self.read([stream[...]], columnCount: columns)
            for _ in 0..<300 {
                var pieces: [ArraySlice<UInt8>] = []
                var start = 0
                while start < stream.count {
                    let end = min(stream.count, start + generator.below(30))
                    pieces.append(stream[start..<end])
                    start = end
                }
                #expect(Self.read(pieces, columnCount: columns) == whole)
            }
        }
    }

    private static let unsound: [(String, [UInt8], String)] = [
        ("no signature", [80, 71, 67, 79, 80, 88], "COPY's data does not begin with PGCOPY"),
        ("text", Array("1\tAnn\n".utf8), "COPY's data does not begin with PGCOPY"),
        (
            "a line end that was changed on the way", Array("PGCOPY\r\n".utf8) + header.dropFirst(7),
            "COPY's data does not begin with PGCOPY"
        ),
        (
            "a critical flag", BinaryCopy.signature + [0, 1, 0, 0, 0, 0, 0, 0], "COPY's data does not begin with PGCOPY"
        ),
        (
            "an extension of negative length", BinaryCopy.signature + [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF],
            "COPY's data does not begin with PGCOPY"
        ),
        ("one column", header + row([1]), "COPY has a row of 1 columns where 2 were announced"),
        ("three columns", header + row(nil, nil, nil), "COPY has a row of 3 columns where 2 were announced"),
        ("a negative count", header + [0xFF, 0xFE], "COPY has a row of -2 columns where 2 were announced"),
        (
            "a negative length", header + [0, 2, 0xFF, 0xFF, 0xFF, 0xFE],
            "COPY has a value of negative length"
        ),
        (
            "a negative length after a value", header + [0, 2, 0, 0, 0, 1, 65, 0x80, 0, 0, 0],
            "COPY has a value of negative length"
        ),
        ("data after the end", header + end + [0], "COPY's data goes on after its end mark"),
        ("two ends", header + end + end, "COPY's data goes on after its end mark"),
        ("no end", header, "COPY's data ended before its end mark"),
        ("half an end", header + [0xFF], "COPY's data ended before its end mark"),
        ("half a row", header + [0, 2, 0, 0, 0, 9, 1], "COPY's data ended before its end mark"),
        ("half a header", Array(header.dropLast()), "COPY's data ended before its end mark"),
        ("nothing", [], "COPY's data ended before its end mark"),
    ]

    @Test(arguments: unsound) func whatIsNotSound(name: String, data: [UInt8], reason: String) {
        #expect(Self.read([data[...]]) == ["violation: \(reason)"])
        #expect(Self.read(data.indices.map { data[$0...$0] }) == ["violation: \(reason)"])
    }

    /// What a value claims takes no memory, and what is read of a large one is not copied again and again.
    @Test func aRowOfManyPieces() {
        var reader = BinaryCopyReader(columnCount: 1)
        var sizes: [Int] = []
        let value = [UInt8](repeating: 1, count: 4 << 20)
        let data = Self.header + Self.row(value) + Self.end
        let clock = ContinuousClock.now
        for start in stride(from: 0, to: data.count, by: 64) {
            let violation = reader.receive(Array(data[start..<min(start + 64, data.count)]).rawSpan) {
                sizes.append($0.byteCount)
            }
            #expect(violation == nil)
        }
        #expect(sizes == [(4 << 20) + 4])
        #expect(.now - clock < .seconds(20))
    }

    /// A row is bounded as a message is, however many messages it comes in, and what it claims is enough.
    @Test func aRowThatGoesOn() {
        let row: [UInt8] = [0, 1, 0, 0, 16, 0] + [UInt8](repeating: 1, count: 4096)
        for piece in [1, 100, 10_000] {
            var reader = BinaryCopyReader(columnCount: 1, maximumSize: 4096 + 6)
            #expect(Self.violation(&reader, Self.header + row + Self.end, piece) == nil)
            var small = BinaryCopyReader(columnCount: 1, maximumSize: 1000)
            let reason = "COPY has a row of more than 1000 bytes, which is the maximum here"
            #expect(Self.violation(&small, (Self.header + row).prefix(60), piece) == reason)
        }
    }

    private static func violation(
        _ reader: inout BinaryCopyReader, _ data: some Collection<UInt8>, _ piece: Int
    ) -> String? {
        let data = Array(data)
        for start in stride(from: 0, to: data.count, by: piece) {
            let part = Array(data[start..<min(start + piece, data.count)])
            if let violation = reader.receive(part.rawSpan, { _ in }) { return violation.description }
        }
        return nil
    }

    /// An error of whoever takes the rows comes out unchanged.
    @Test func anErrorOfTheBody() {
        var reader = BinaryCopyReader(columnCount: 2)
        #expect(throws: Stop.self) {
            _ = try reader.receive((Self.header + Self.rows).rawSpan) { _ in throw Stop() }
        }
    }
}

extension RecordedTranscript {
    /// The number of columns of the first row of a binary COPY's data.
    fileprivate func columnCount(of stream: [UInt8]) -> Int {
        let start = BinaryCopy.header.count
        guard stream.count >= start + 2 else { return 0 }
        let count = Int16(bitPattern: UInt16(stream[start]) << 8 | UInt16(stream[start + 1]))
        return max(Int(count), 0)
    }
}
