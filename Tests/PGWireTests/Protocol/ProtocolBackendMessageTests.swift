import PGWire
import PGWireTesting
import Testing

/// The bodies of the server's messages.
@Suite struct ProtocolBackendMessageTests {
    @Test func allAreRead() throws {
        let names = try BackendSample.all.map { try BackendSample.decoded($0).name }
        #expect(Set(names).count == BackendSample.all.count)
    }

    /// Neither a byte too few nor one too many.
    @Test func bodiesAreFilledExactly() throws {
        for message in BackendSample.all {
            let name = BackendSample.name(message)
            // These end where the message does, whatever its length; a row's values are checked by the session.
            let isOpenEnded = [
                "CopyData", "AuthenticationSASLContinue", "AuthenticationSASLFinal", "authentication request 7",
                "DataRow", "BackendKeyData",
            ].contains(name)
            guard !isOpenEnded else { continue }
            var longer = message
            longer.body.append(0)
            #expect(throws: ProtocolViolation.self, "\(name) + 1 byte") { try BackendSample.decoded(longer) }
            for count in 0..<message.body.count {
                var shorter = message
                shorter.body = Array(message.body.prefix(count))
                #expect(throws: ProtocolViolation.self, "\(name): \(count) bytes") {
                    try BackendSample.decoded(shorter)
                }
            }
        }
    }

    @Test(arguments: [0, 3, 257, 1000]) func keyOfWrongLength(count: Int) {
        let message = WireMessage.backendKeyData(secretKey: [UInt8](repeating: 1, count: count))
        #expect(throws: ProtocolViolation.self) { try BackendSample.decoded(message) }
    }

    @Test(arguments: [4, 32, 256]) func keyOfProtocol32(count: Int) throws {
        let secret = [UInt8](repeating: 1, count: count)
        guard
            case .backendKeyData(let process, let key) = try BackendSample.decoded(
                WireMessage.backendKeyData(processID: 5, secretKey: secret))
        else { throw ProtocolViolation("another message") }
        #expect(process == 5 && key == secret)
    }

    @Test("counts of what is not there") func counts() {
        for body: [UInt8] in [[0xFF, 0xFF], [0, 1], [0xFF, 0xFF, 0, 0, 0, 23]] {
            for type in "Tt" {
                let message = WireMessage(type: type.asciiValue, body: body)
                #expect(throws: ProtocolViolation.self) { try BackendSample.decoded(message) }
            }
        }
        for count: Int32 in [-1, .min, .max, 1] {
            let body = WireMessage.negotiateProtocolVersion().body.prefix(4)
            let message = WireMessage(
                type: UInt8(ascii: "v"), body: body + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) })
            #expect(throws: ProtocolViolation.self) { try BackendSample.decoded(message) }
        }
    }

    @Test func unknownFormatAndStatus() {
        #expect(throws: ProtocolViolation.self) {
            try BackendSample.decoded(.rowDescription([.init("x", type: 23, format: 2)]))
        }
        #expect(throws: ProtocolViolation.self) { try BackendSample.decoded(WireMessage(type: 0x5A, body: [0x58])) }
    }

    /// Before authentication a server may write in any encoding.
    @Test func errorsNeedNotBeUTF8() throws {
        let body = Array("SFATAL\0C28P01\0M".utf8) + [0xE9, 0] + Array("?kept\0".utf8) + [0]
        guard
            case .errorResponse(let error) = try BackendSample.decoded(
                WireMessage(type: UInt8(ascii: "E"), body: body))
        else { throw ProtocolViolation("another message") }
        #expect(error.severity == "FATAL")
        #expect(error.sqlState.rawValue == "28P01")
        #expect(error.message == "\u{FFFD}")
        #expect(error.otherFields == [UInt8(ascii: "?"): "kept"])
    }

    @Test(
        "rows whose lengths do not add up",
        arguments: [
            [0, 1, 0xFF, 0xFF, 0xFF, 0xFE], [0, 1, 0x80, 0, 0, 0], [0, 1, 0, 0, 0, 1],
            [0, 1, 0x7F, 0xFF, 0xFF, 0xFF, 1],
            [0, 1, 0, 0, 0], [0, 1], [0, 0, 9], [0, 1, 0, 0, 0, 1, 9, 9], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0], [],
        ] as [[UInt8]])
    func rows(body: [UInt8]) {
        var session = Session()
        session.framer.phase = .established
        session.input.append(WireMessage(type: UInt8(ascii: "D"), body: body).bytes.rawSpan)
        var failed = false
        do { _ = try session.next() } catch { failed = true }
        #expect(failed)
    }
}
