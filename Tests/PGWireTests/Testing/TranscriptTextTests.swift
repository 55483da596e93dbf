import PGWireTesting
import Testing

/// The text format of transcripts.
@Suite struct TranscriptTextTests {
    static let sample = """
        # Logs in.
        #
        # Twice.
        server: PostgreSQL 17.10
        tls: TLSv1.3
        user: scribe
        password: a: b #
        nonce: abc
        endpoint-hash: 00ff

        C> Query                            51000000 1853454c 45435420 27612062   Q....SELECT 'a b
                                            2020633e 27202d2d 00                   c>' --.
        S< EmptyQueryResponse               49000000 04                          I....

        X> CancelRequest                    00000010 04d2162e 0000126b 01020304   ...........k....

        """

    @Test func readsWhatItWrites() throws {
        let transcript = try Transcript(Self.sample)
        #expect(transcript.comment == ["Logs in.", "", "Twice."])
        #expect(transcript.server == "PostgreSQL 17.10")
        #expect(transcript.tls == "TLSv1.3")
        #expect(transcript.password == "a: b #")
        #expect(transcript.endpointHash == [0, 255])
        #expect(transcript.entries.map(\.name) == ["Query", "EmptyQueryResponse", "CancelRequest"])
        #expect(transcript.entries[0].bytes.count == 25)
        #expect(transcript.entries[2].sender == .canceller)
        #expect(transcript.text == Self.sample)
        #expect(try Transcript(transcript.text) == transcript)
    }

    @Test(
        "says where a text is no transcript",
        arguments: [
            ("what", 1, "neither a fact nor a message"), ("server: x\nport: 5", 2, "unknown fact \"port\""),
            ("\n    00", 2, "bytes without a message"),
            ("S< ReadyForQuery                    5a00000g", 1, "\"g\" is no hexadecimal digit"),
            ("S< ReadyForQuery                    5a0", 1, "half a byte is missing"),
            ("S< ReadyForQuéry                    5a", 1, "a message's line is not ASCII"),
        ])
    func malformed(text: String, line: Int, problem: String) {
        #expect(throws: Transcript.ParsingError(line: line, problem: problem)) { try Transcript(text) }
    }
}
