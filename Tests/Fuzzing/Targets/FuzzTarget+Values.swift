import PGWire
import PGWireTesting

/// Values and rows.
extension FuzzTarget {
    /// The value of one column: the decoder's number, the format, and the bytes.
    static let decoder = FuzzTarget(
        "decoder", longest: 512,
        seeds: {
            FuzzDecoder.all.enumerated().flatMap { index, decoder in
                decoder.samples().map { [UInt8(truncatingIfNeeded: index), $0.format == .binary ? 1 : 0] + $0.bytes }
            } + recorded
        }
    ) { input throws(FuzzProblem) in
        guard input.count >= 2 else { return }
        let decoder = FuzzDecoder.all[Int(input[0]) % FuzzDecoder.all.count]
        try decoder.feed(input.span.bytes.extracting(droppingFirst: 2), input[1] & 1 == 1 ? .binary : .text)
    }

    /// Values of real servers, each for the first decoder whose type has the name.
    private static let recorded: [[UInt8]] = ["types/scalars-18.tsv", "types/containers-18.tsv", "types/server.tsv"]
        .flatMap {
            Fixtures.lines($0)
        }.flatMap { line -> [[UInt8]] in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 3 else { return [] }
            let name = fields[0].hasSuffix("[]") ? "_" + fields[0].dropLast(2) : String(fields[0])
            let index = FuzzDecoder.all.firstIndex { "\($0.type)".contains("(\(name))") } ?? 0
            let number = UInt8(truncatingIfNeeded: index)
            return [[number, 0] + fields[1].utf8, [number, 1] + Hexadecimal.bytes(fields[2])]
        }

    /// COPY's binary format: the number of columns, the size of the pieces, and the data.
    static let copy = FuzzTarget(
        "copy", longest: 1024,
        seeds: {
            let data = Array(FuzzSeed.binaryRows.joined())
            return [[2, 0] + data, [2, 3] + data, [0, 0] + BinaryCopy.header + [0, 0, 0xFF, 0xFF]]
        }
    ) { input throws(FuzzProblem) in
        guard input.count >= 2 else { return }
        let count = Int(input[0]) % 9
        let columns = Columns(binary: CopiedTypes.types(count, after: nil))
        var reader = BinaryCopyReader(columnCount: count, maximumSize: 1 << 16)
        let size = input[1] == 0 ? input.count : Int(input[1])
        var start = 2
        while start < input.count {
            let piece = input[start..<min(start + size, input.count)]
            start = piece.endIndex
            let violation = try reader.receive(Array(piece).span.bytes) { values throws(FuzzProblem) in
                try DecodingAttempts.decodeEverything(of: Row(RowView(columns: columns, values: values)))
            }
            if let violation { return try FuzzedSession.check(text: violation.description) }
        }
        _ = reader.incompleteness
    }

    /// Messages of pgoutput, each behind its length of two bytes.
    static let pgoutput = FuzzTarget(
        "pgoutput", longest: 2048,
        seeds: {
            let all = PgOutput.everything.map { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
            let two = PgOutput.twoTables.map { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
            return [
                Array(all.joined()), Array(all.prefix(14).joined()), Array(all.dropFirst(14).joined()),
                Array(two.joined()),
            ]
        }
    ) { input throws(FuzzProblem) in
        var replication = FuzzedReplication()
        var rest = input[...]
        while rest.count >= 2 {
            let count = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
            let message = Array(rest.dropFirst(2).prefix(count))
            rest = rest.dropFirst(2 + count)
            if let violation = try replication.receive(message: message.span.bytes) {
                return try FuzzedSession.check(text: violation.description)
            }
        }
    }

    /// The text of a trace: what was sent and received, each piece behind a byte that says which, and two of its length.
    static let trace = FuzzTarget(
        "trace", longest: 2048,
        seeds: {
            FuzzSeed.written.map { seed in
                seed.flights.flatMap { flight -> [UInt8] in
                    let bytes = flight.bytes.prefix(2000)
                    return [0, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
                }
            }
        }
    ) { input throws(FuzzProblem) in
        let lines = Lines()
        var trace = WireTrace { lines.all.append($0) }
        trace.includesValues = input.first.map { $0 & 2 != 0 } ?? false
        trace.includesSecrets = input.first.map { $0 & 4 != 0 } ?? false
        var tracer = WireTracer(trace) { "now" }
        var rest = input[...]
        while rest.count >= 3 {
            let isSent = rest[rest.startIndex] & 1 == 1
            let count = rest.dropFirst().prefix(2).reduce(0) { $0 << 8 | Int($1) }
            let piece = Array(rest.dropFirst(3).prefix(count))
            rest = rest.dropFirst(3 + count)
            tracer.take(piece.span.bytes, isSent: isSent)
        }
        for line in lines.all { try FuzzedSession.check(text: line) }
    }

    /// The lines of a trace; one thread writes and reads them.
    private final class Lines: @unchecked Sendable { var all: [String] = [] }
}

/// Bytes of hexadecimal digits.
enum Hexadecimal {
    static func bytes(_ text: some StringProtocol) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
