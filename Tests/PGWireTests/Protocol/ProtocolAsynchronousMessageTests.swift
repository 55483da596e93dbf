import PGWire
import PGWireTesting
import Testing

/// Notices, notifications and reported settings may come between any two messages (manual: "Asynchronous Operations").
@Suite struct ProtocolAsynchronousMessageTests {
    @Test(arguments: RecordedTranscript.all) func betweenAnyTwoMessages(recorded: RecordedTranscript) throws {
        // Before they are let in, the server sends nothing of the kind.
        guard let start = recorded.transcript.entries.firstIndex(where: { $0.name == "AuthenticationOk" }) else {
            return
        }
        let expected = try recorded.events().filter { !$0.hasPrefix("notice") }
        for index in recorded.transcript.entries.indices.dropFirst(start) {
            guard recorded.transcript.entries[index].sender == .server else { continue }
            var transcript = recorded.transcript
            let extra = BackendSample.asynchronous.map { Transcript.Entry(.server, "extra", $0.bytes) }
            transcript.entries.insert(contentsOf: extra, at: index + 1)
            let changed = RecordedTranscript(name: recorded.name, text: "", transcript: transcript)
            let events = try changed.events()
            if !expected[0].hasPrefix("refused") {
                #expect(events.filter { $0.hasPrefix("notice NOTICE 00000: a notice") }.count >= 1)
            }
            #expect(events.filter { !$0.hasPrefix("notice") } == expected)
        }
    }

    /// Text in another encoding would be taken for something else in silence.
    @Test(arguments: [
        ("UTF8", true), ("utf-8", true), ("UNICODE", true), ("LATIN1", false), ("SQL_ASCII", false), ("", false),
    ])
    func anotherEncodingIsNotGoneAlongWith(encoding: String, isFine: Bool) {
        var session = Session()
        session.framer.phase = .established
        session.input.append(WireMessage.parameterStatus("client_encoding", encoding).bytes.rawSpan)
        session.input.append(WireMessage.commandComplete("SET").bytes.rawSpan)
        if isFine {
            #expect((try? session.next()) != nil)
        } else {
            #expect(throws: ProtocolViolation.self) { try session.next() }
        }
    }
}
