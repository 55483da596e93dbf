import PGWire
import PGWireTesting
import Testing

/// Where one message ends and the next begins.
@Suite struct ProtocolFramerTests {
    @Test(arguments: [MessageFramer.Phase.startup, .established], [Int32.min, -1, 0, 1, 3])
    func lengthBelowItsOwn(phase: MessageFramer.Phase, length: Int32) {
        #expect(throws: ProtocolViolation.self) {
            try frame(WireMessage(type: UInt8(ascii: "Z"), claimedLength: length).bytes + [0, 0, 0], phase)
        }
    }

    @Test func shortestMessage() throws {
        #expect(
            try frame(WireMessage.parseComplete.bytes, .established)
                == "1 5..<5")
    }

    @Test func asksForWhatIsMissing() throws {
        let bytes = WireMessage.readyForQuery().bytes
        #expect(
            try (0...6).map { try frame(Array(bytes.prefix($0)), .established) } == [
                "needs 5", "needs 4", "needs 3", "needs 2", "needs 1", "needs 1",
                "Z 5..<6",
            ])
        #expect(try frame(bytes + [1, 2], .established) == "Z 5..<6")
    }

    @Test(
        "nothing large is believed before authentication, and little that carries no data after it",
        arguments: [
            (MessageFramer.Phase.startup, "R", 2000), (.startup, "v", 2000), (.startup, "E", 30_000),
            (.startup, "N", 30_000), (.established, "S", 30_000), (.established, "Z", 30_000),
            (.established, "C", 30_000),
            (.established, "D", 1 << 30), (.established, "T", 1 << 30), (.established, "d", 1 << 30),
            (.established, "E", 16 << 20), (.established, "N", 16 << 20), (.established, "A", 16 << 20),
        ] as [(MessageFramer.Phase, Unicode.Scalar, Int32)])
    func limits(phase: MessageFramer.Phase, type: Unicode.Scalar, limit: Int32) throws {
        let greatest = WireMessage(type: UInt8(ascii: type), claimedLength: limit)
        #expect(try frame(greatest.bytes, phase) == "needs \(limit - 4)")
        let tooGreat = WireMessage(type: UInt8(ascii: type), claimedLength: limit + 1)
        #expect(throws: ProtocolViolation.self) { try frame(tooGreat.bytes, phase) }
    }

    @Test func configuredLimit() throws {
        var framer = MessageFramer(maximumLength: 100)
        for phase in [MessageFramer.Phase.startup, .established] {
            framer.phase = phase
            let message = WireMessage(type: UInt8(ascii: "E"), claimedLength: 101).bytes
            #expect(throws: ProtocolViolation.self) { try framer.next(in: message.rawSpan) }
        }
    }

    @Test func unknownTypesAreRefusedAtTheFirstByte() throws {
        let known = Set("RKZ123CdcIsnETtSANDGHWv".utf8)
        for type in UInt8.min ... .max {
            guard !known.contains(type) else {
                #expect(try frame([type], .established) == "needs 4")
                continue
            }
            #expect(throws: ProtocolViolation.self) { try frame([type], .established) }
        }
        // A web server's answer.
        #expect(throws: ProtocolViolation.self) { try frame(Array("HTTP/1.1 400".utf8), .startup) }
    }

    /// The type and where the body lies, or how much is needed.
    private func frame(_ bytes: [UInt8], _ phase: MessageFramer.Phase) throws -> String {
        var framer = MessageFramer()
        framer.phase = phase
        switch try framer.next(in: bytes.rawSpan) {
        case .frame(let frame): return "\(Unicode.Scalar(frame.type)) \(frame.body)"
        case .needsMore(let count): return "needs \(count)"
        }
    }
}
