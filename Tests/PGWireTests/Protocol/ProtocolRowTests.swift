import PGWire
import PGWireTesting
import Testing

/// Rows have a way of their own past the messages (``Session/nextRow(columnCount:)``): it finds what the other finds, and
/// leaves to it what is not sound.
@Suite struct ProtocolRowTests {
    /// Random messages, cut anywhere: with and without the short way the same comes of them.
    @Test func bothWaysAgree() throws {
        for seed in 0..<500 {
            var generator = FuzzGenerator(seed: UInt64(seed))
            let columnCount = generator.below(5)
            let messages = (0..<1 + generator.below(30)).map { _ in Self.message(columnCount, &generator) }
            let bytes = messages.bytes
            var cuts: [Int] = []
            while (cuts.last ?? 0) < bytes.count { cuts.append((cuts.last ?? 0) + 1 + generator.below(40)) }
            let short = try Self.read(bytes, cuts, columnCount: columnCount)
            let long = try Self.read(bytes, cuts, columnCount: nil)
            try #require(short == long, "seed \(seed)")
            let whole = try Self.read(bytes, [bytes.count], columnCount: nil)
            try #require(long == whole, "seed \(seed)")
        }
    }

    private static let torn: [(String, [UInt8], Int, String)] = [
        (
            "a value beyond its message", [0, 1, 0, 0, 0, 5, 1], 1,
            "a row of 1 columns has a value that ends beyond its message"
        ),
        (
            "an enormous value", [0, 1, 0x7F, 0xFF, 0xFF, 0xFF], 1,
            "a row of 1 columns has a value that ends beyond its message"
        ),
        (
            "a negative length", [0, 1, 0xFF, 0xFF, 0xFF, 0xFE], 1,
            "a row of 1 columns has a value that ends beyond its message"
        ),
        ("the least length", [0, 1, 0x80, 0, 0, 0], 1, "a row of 1 columns has a value that ends beyond its message"),
        ("bytes that are left", [0, 1, 0, 0, 0, 1, 65, 66], 1, "a row of 1 columns has 1 bytes too many"),
        (
            "a column that is missing", [0, 2, 0xFF, 0xFF, 0xFF, 0xFF], 2,
            "a row of 2 columns has a value that ends beyond its message"
        ),
        ("half a length", [0, 1, 0, 0], 1, "a row of 1 columns has a value that ends beyond its message"),
        ("bytes without a column", [0, 0, 1], 0, "a row of 0 columns has 1 bytes too many"),
        ("no count", [0], 0, "message 'D' of 1 bytes ends in the middle of a field"),
        ("nothing", [], 0, "message 'D' of 0 bytes ends in the middle of a field"),
    ]

    /// Each is refused in the same words, whichever way is tried first.
    @Test(arguments: torn) func tornRows(name: String, body: [UInt8], columnCount: Int, reason: String) throws {
        let bytes =
            WireMessage.dataRow([[UInt8]?](repeating: nil, count: columnCount)).bytes
            + WireMessage(
                type: UInt8(ascii: "D"), body: body
            ).bytes
        for count in [columnCount, nil] {
            for cuts in [[bytes.count], Array(1...bytes.count)] {
                let seen = try Self.read(bytes, cuts, columnCount: count)
                let nulls = [String](repeating: "NULL", count: columnCount).joined(separator: " ")
                #expect(seen == ["row \(columnCount): \(nulls)", "violation: \(reason)"])
            }
        }
    }

    /// Another number of columns is no row of the statement's: it is left for the machine to judge.
    @Test func anotherNumberOfColumns() throws {
        var session = Self.session()
        session.input.append(WireMessage.dataRow([[1], [2]]).bytes.rawSpan)
        for count in [0, 1, 3, 65_536, -1] {
            let row = session.nextRow(columnCount: count)
            #expect(row == nil)
        }
        let row = session.nextRow(columnCount: 2)
        #expect(row == 7..<17)
        // What is longer than is accepted is not taken either way, and neither is anything before authentication.
        for phase in [MessageFramer.Phase.startup, .established] {
            var small = Session(maximumMessageSize: 13)
            small.framer.phase = phase
            small.input.append(WireMessage.dataRow([[1], [2]]).bytes.rawSpan)
            let none = small.nextRow(columnCount: 2)
            #expect(none == nil)
            var reason: String?
            do { _ = try small.next() } catch { reason = error.description }
            #expect(reason != nil)
        }
    }

    @Test func manyColumns() throws {
        let values = (0..<65_535).map { $0 % 3 == 0 ? nil : [UInt8(truncatingIfNeeded: $0)] }
        var session = Self.session()
        session.input.append(WireMessage.dataRow(values).bytes.rawSpan)
        let row = session.nextRow(columnCount: 65_535)
        // A length each, and a byte for two of three.
        #expect(row?.count == 262_140 + 43_690)
    }

    private static func session() -> Session {
        var session = Session()
        session.framer.phase = .established
        return session
    }

    /// A row as a rule, now and then another message, and rarely one that is not sound.
    private static func message(_ columnCount: Int, _ generator: inout FuzzGenerator) -> WireMessage {
        switch generator.below(12) {
        case 0: return .noticeResponse("a notice")
        case 1: return .commandComplete("SELECT 1")
        case 2: return .dataRow([[UInt8]?](repeating: [1], count: generator.below(5)))
        default: break
        }
        var message = WireMessage.dataRow(
            (0..<columnCount).map { _ in
                generator.oneIn(4) ? nil : [UInt8](repeating: 7, count: generator.below(generator.oneIn(10) ? 60 : 6))
            })
        guard generator.oneIn(25), !message.body.isEmpty else { return message }
        let place = generator.below(message.body.count)
        switch generator.below(3) {
        case 0: message.body[place] = UInt8(truncatingIfNeeded: generator.next())
        case 1: message.body.remove(at: place)
        default: message.body.insert(0, at: place)
        }
        return message
    }

    /// What comes of the bytes, given in pieces that end there; by the short way where a count of columns is given.
    private static func read(_ bytes: [UInt8], _ cuts: [Int], columnCount: Int?) throws -> [String] {
        var session = session()
        var seen: [String] = []
        var notices = 0
        var start = 0
        for cut in cuts {
            let end = min(cut, bytes.count)
            session.input.append(Array(bytes[start..<end]).rawSpan)
            start = end
            do throws(ProtocolViolation) {
                while true {
                    if let columnCount {
                        while let values = session.nextRow(columnCount: columnCount) {
                            seen.append(text(columnCount, session.input.chunk.span(values)))
                        }
                    }
                    guard let message = try session.next() else { break }
                    guard case .dataRow(let count, let values) = message else {
                        seen.append(message.name)
                        continue
                    }
                    seen.append(text(count, session.input.chunk.span(values)))
                }
            } catch {
                seen.append("violation: \(error)")
            }
            notices += session.takeNotices().count
            if seen.last?.hasPrefix("violation") == true { break }
        }
        return seen + (notices > 0 ? ["\(notices) notices"] : [])
    }

    private static func text(_ count: Int, _ values: RawSpan) -> String {
        var reader = ByteReader(values)
        let texts = (0..<count).map { _ -> String in
            guard let length = try? reader.read(Int32.self), length >= 0 else { return "NULL" }
            return "\((try? reader.readBytes(Int(length))) ?? [])"
        }
        return "row \(count): \(texts.joined(separator: " "))"
    }
}
