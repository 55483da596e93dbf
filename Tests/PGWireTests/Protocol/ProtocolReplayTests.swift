import PGWire
import PGWireTesting
import Testing

/// Every recorded session is played to the protocol core, which must say what the recorded client said, however the
/// server's bytes are cut.
@Suite struct ProtocolReplayTests {
    @Test func thereAreTranscriptsOfEveryServer() throws {
        let all = try RecordedTranscript.load()
        for server in ["PostgreSQL 15", "PostgreSQL 17", "PostgreSQL 18", "PgBouncer"] {
            #expect(all.contains { $0.transcript.server.hasPrefix(server) }, "no transcript of \(server)")
        }
        #expect(all.count >= 37)
    }

    @Test(arguments: RecordedTranscript.all) func textIsCanonical(recorded: RecordedTranscript) throws {
        #expect(try Transcript(recorded.transcript.text) == recorded.transcript)
        #expect(recorded.transcript.text == recorded.text)
        for entry in recorded.transcript.entries where entry.sender == .server {
            let length = entry.bytes[1..<5].reduce(0) { $0 << 8 | Int($1) }
            #expect(length + 1 == entry.bytes.count, "\(entry.name)")
        }
    }

    @Test(arguments: RecordedTranscript.all) func whole(recorded: RecordedTranscript) throws {
        let events = try recorded.events()
        let states = [
            "database-refused-login": recorded.name.hasPrefix("pgbouncer") ? "08P01" : "3D000",
            "full-refused-login": "53300", "refused-login": "28P01",
        ]
        let refusal = states.filter { recorded.name.hasSuffix("-" + $0.key) }.max { $0.key.count < $1.key.count }
        #expect(events.first == (refusal.map { "refused \($0.value)" } ?? "authenticated"))
    }

    @Test(arguments: RecordedTranscript.all) func oneByteAtATime(recorded: RecordedTranscript) throws {
        #expect(try recorded.events { Array($0) } == recorded.events())
    }

    @Test(arguments: RecordedTranscript.all) func cutAtEveryMessage(recorded: RecordedTranscript) throws {
        let whole = try recorded.events()
        for cut in recorded.cuts {
            let events = try recorded.events { _ in [cut] }
            #expect(events == whole, "cut at \(cut)")
        }
    }

    /// Of the short ones; the mutation run of the optimised build cuts all of them anywhere.
    @Test(arguments: RecordedTranscript.all.filter { $0.transcript.serverBytes.count < 900 })
    func cutAtEveryByte(recorded: RecordedTranscript) throws {
        let whole = try recorded.events()
        for cut in 1..<recorded.transcript.serverBytes.count {
            let events = try recorded.events { _ in [cut] }
            #expect(events == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: RecordedTranscript.all) func endingAtEveryMessage(recorded: RecordedTranscript) throws {
        let whole = try recorded.events()
        for end in recorded.cuts where end < recorded.transcript.serverBytes.count {
            let events = try recorded.events(limit: end)
            guard !whole[0].hasPrefix("refused") else {
                // Some are let in before the server looks whether they may have what they want.
                #expect(events == whole || events == ["authenticated"] || events.isEmpty, "ended after \(end) bytes")
                continue
            }
            #expect(events.count < whole.count || events == whole)
            #expect(events == Array(whole.prefix(events.count)), "ended after \(end) bytes")
        }
    }
}

extension RecordedTranscript {
    /// Every boundary between the server's messages, and the byte before and after it.
    var cuts: [Int] {
        var end = 0
        return transcript.entries.filter { $0.sender == .server }.flatMap { entry in
            end += entry.bytes.count
            return [end - 1, end, end + 1]
        }
    }

    /// The events of a replay; a login that the server refuses is one too.
    func events(limit: Int = .max, cut: (Range<Int>) -> [Int] = { _ in [] }) throws -> [String] {
        do {
            return try replay().events(limit: limit, cut: cut).map(\.description)
        } catch let failure as SessionDriver.Failure {
            guard case .startup(.server(let error)) = failure else { throw failure }
            return ["refused \(error.sqlState)"]
        }
    }
}
