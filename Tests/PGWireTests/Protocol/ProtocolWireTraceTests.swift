import Foundation
import PGWire
import Testing

/// A trace says of the same bytes what libpq's `PQtrace` says of them: see `Fixtures/trace/record.sh`.
@Suite struct ProtocolWireTraceTests {
    /// A session that was recorded: its bytes, and what libpq has written of it.
    struct Recording: Sendable, CustomTestStringConvertible {
        let name: String
        let pieces: [(isSent: Bool, bytes: [UInt8])]
        let lines: [String]

        var testDescription: String { name }
        var isForComparison: Bool { name.contains("regress") }

        static let all: [Recording] = (try? load()) ?? []

        private static func load() throws -> [Recording] {
            let directory = RecordedTranscript.repository.appending(path: "Fixtures/trace")
            let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            return try files.filter { $0.pathExtension == "txt" }.sorted { $0.path < $1.path }.map { file in
                let all = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
                return Recording(
                    name: file.lastPathComponent,
                    pieces: all.filter { !$0.hasPrefix("= ") }.map { line in
                        (line.hasPrefix(">"), Array(hexadecimal: String(line.dropFirst(2))))
                    },
                    lines: all.filter { $0.hasPrefix("= ") }.map { String($0.dropFirst(2)) })
            }
        }
    }

    /// The lines for pieces of bytes, each of at most so many.
    private static func lines(
        _ pieces: [(isSent: Bool, bytes: [UInt8])], by size: Int = .max, _ change: (inout WireTrace) -> Void = { _ in }
    ) -> [String] {
        let log = Log<String>()
        var trace = WireTrace { log.append($0) }
        trace.showsTimestamps = false
        change(&trace)
        var tracer = WireTracer(trace) { "never" }
        for (isSent, bytes) in pieces {
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(size))
                tracer.take(piece.span.bytes, isSent: isSent)
                rest = rest.dropFirst(piece.count)
            }
        }
        return log.all
    }

    @Test(arguments: Recording.all) func itIsLibpqs(_ recording: Recording) {
        for size in [Int.max, 1, 7] {
            let lines = Self.lines(recording.pieces, by: size) { trace in
                trace.isForComparison = recording.isForComparison
                trace.includesValues = true
                trace.includesSecrets = true
            }
            // libpq 18 has a name for it, and yet does not write it.
            #expect(lines.filter { $0 != "B\t8\tAuthenticationOk" } == recording.lines)
            #expect(lines.count == recording.lines.count + 1)
        }
    }

    @Test func allWereRead() {
        #expect(Recording.all.count == 10)
        #expect(Recording.all.allSatisfy { $0.lines.count > 20 && $0.pieces.count > 4 })
    }

    /// Unless somebody asks for them, a trace has no secrets, no values and no details of errors.
    @Test func nothingIsGivenAway() throws {
        let all = Recording.all.flatMap { Self.lines($0.pieces) }
        #expect(all.count > 200)
        for text in ["secret", "payload", "é'", "a detail", "x00ff80", "'1'", "line 1", "\\x09one"] {
            #expect(!all.contains { $0.contains(text) && !$0.contains("Query\t") }, "\(text)")
        }
        let recording = try #require(Recording.all.first { $0.name == "statements.plain.txt" })
        let lines = Self.lines(recording.pieces)
        #expect(lines.contains("F\t54\tSASLInitialResponse\t \"SCRAM-SHA-256\" 32 'BBBB'"))
        #expect(lines.contains("F\t35\tBind\t \"\" \"\" 0 3 1 'BBBB' -1 8 'BBBB' 1 0"))
        #expect(lines.contains { $0.contains("BackendKeyData") && $0.hasSuffix(" 'BBBB'") && !$0.contains("NNNN") })
        #expect(lines.contains { $0.contains("NotificationResponse") && $0.hasSuffix("\"jobs\" \"SSSS\"") })
        let cleartext = try #require(Recording.all.first { $0.name == "cleartext.plain.txt" })
        #expect(Self.lines(cleartext.pieces).contains("F\t11\tPasswordMessage\t \"SSSS\""))
    }

    @Test func messagesWithoutATypeAreKnown() {
        func message(_ numbers: [Int32]) -> [UInt8] {
            ([Int32(4 + 4 * numbers.count)] + numbers).flatMap { withUnsafeBytes(of: $0.bigEndian, Array.init) }
        }
        let pieces: [(isSent: Bool, bytes: [UInt8])] = [
            (true, message([80_877_104])), (false, [UInt8(ascii: "N")]), (true, message([80_877_103])),
            (false, [UInt8(ascii: "S")]), (true, message([196_608]) + []),
        ]
        #expect(
            Self.lines(pieces) == [
                "F\t8\tGSSENCRequest\t 1234 5680", "B\t1\tGSSENCResponse\t N", "F\t8\tSSLRequest\t 1234 5679",
                "B\t1\tSSLResponse\t S", "F\t8\tStartupMessage\t 3 0",
            ])
        let cancel: [(isSent: Bool, bytes: [UInt8])] = [(true, message([80_877_102, 77, 99]))]
        #expect(Self.lines(cancel) == ["F\t16\tCancelRequest\t 1234 5678 77 NNNN"])
        #expect(Self.lines(cancel) { $0.includesSecrets = true } == ["F\t16\tCancelRequest\t 1234 5678 77 99"])
    }

    /// Whatever comes makes lines, each one line, and no trap; what cannot be understood is left alone.
    @Test func anythingMayCome() {
        var generator = SystemRandomNumberGenerator()
        for recording in Recording.all {
            for _ in 0..<100 {
                var pieces = recording.pieces
                for _ in 0..<4 {
                    let index = Int.random(in: pieces.indices, using: &generator)
                    guard !pieces[index].bytes.isEmpty else { continue }
                    let place = Int.random(in: pieces[index].bytes.indices, using: &generator)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: pieces[index].bytes[place] = .random(in: 0...255, using: &generator)
                    case 1: pieces[index].bytes.removeSubrange(place...)
                    default: pieces[index].bytes.insert(contentsOf: [0, 0xFF, 10], at: place)
                    }
                }
                let lines = Self.lines(pieces, by: .random(in: 1...64)) { $0.includesValues = true }
                #expect(!lines.contains { $0.contains("\n") || $0.contains("\u{1B}") })
            }
        }
    }

    /// Of a long message nothing is kept.
    @Test func aLongMessageIsPassedOver() {
        let header: [UInt8] = [UInt8(ascii: "d"), 0, 0x20, 0, 4]
        let startup: [UInt8] = [0, 0, 0, 9, 0, 3, 0, 0, 0]
        let data = [UInt8](repeating: 1, count: 0x20_0000)
        let next: [UInt8] = [UInt8(ascii: "Z"), 0, 0, 0, 5, UInt8(ascii: "I")]
        for size in [Int.max, 4096] {
            let lines = Self.lines([(true, startup), (false, header + data + next)], by: size)
            #expect(lines.dropFirst() == ["B\t2097156\tCopyData\t …", "B\t5\tReadyForQuery\t I"])
        }
    }

    /// A server cannot forge lines.
    @Test func controlCharactersAreEscaped() {
        let text = Array("name\u{0}one\nB\t5\tForged\u{1B}[2J\u{0}".utf8)
        let message = [UInt8(ascii: "S"), 0, 0, 0, UInt8(4 + text.count)] + text
        #expect(
            Self.lines([(false, message)]) == [
                "B\t\(4 + text.count)\tParameterStatus\t \"name\" \"one\\nB\\t5\\tForged\\u{1B}[2J\""
            ])
    }
}

extension [UInt8] {
    fileprivate init(hexadecimal text: String) {
        let digits = Array(text.utf8)
        self = stride(from: 0, to: digits.count - 1, by: 2).map { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) ?? 0
        }
    }
}
