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
            #expect(events.filter { $0.hasPrefix("notice NOTICE 00000: a notice") }.count >= 1)
            #expect(events.filter { !$0.hasPrefix("notice") } == expected)
        }
    }
}
