import PGWire
import PGWireTesting

/// One message of every kind that a server can send.
enum BackendSample {
    static let columns: [WireMessage.ColumnDescription] = [.init("id", type: 23)]

    /// Those that are taken off before a machine sees a message.
    static let asynchronous: [WireMessage] = [
        .noticeResponse("a notice"), .parameterStatus("TimeZone", "UTC"),
        .notificationResponse(processID: 1, channel: "c", payload: "p"),
    ]

    /// Those that belong to an exchange.
    static let synchronous: [WireMessage] = [
        .authenticationOk, .authenticationCleartextPassword, .authenticationMD5Password(salt: [1, 2, 3, 4]),
        .authenticationSASL(), .authenticationSASLContinue(Array("r=nonceServer,s=AAAA,i=4096".utf8)),
        .authenticationSASLFinal(Array("v=AAAA".utf8)), .authentication(7), .negotiateProtocolVersion(),
        .backendKeyData(), .readyForQuery(), .parseComplete, .bindComplete, .closeComplete, .noData,
        .rowDescription(columns), .parameterDescription([23]), .dataRow([[0, 0, 0, 1]]), .commandComplete("SELECT 1"),
        .emptyQueryResponse, .portalSuspended, .errorResponse("42601", "syntax error"), .copyInResponse(),
        .copyOutResponse(), .copyBothResponse(), .copyData([49, 10]), .copyDone,
    ]

    static let all = synchronous + asynchronous

    /// The message as the machines see it.
    static func decoded(_ message: WireMessage) throws -> BackendMessage {
        try decoded(message.bytes)
    }

    static func decoded(_ bytes: [UInt8]) throws -> BackendMessage {
        var framer = MessageFramer()
        framer.phase = .established
        guard case .frame(let frame) = try framer.next(in: bytes.rawSpan), frame.body.upperBound == bytes.count else {
            throw ProtocolViolation("not one message")
        }
        return try BackendMessage(frame, in: bytes.rawSpan)
    }

    static func name(_ message: WireMessage) -> String { (try? decoded(message).name) ?? "malformed" }
}
