import PGWire
import PGWireTesting
import Testing

/// Notifications in the protocol core: wherever they come and however they are cut, each is kept once and in order.
@Suite struct ProtocolNotificationTests {
    private static func notification(_ number: Int, _ payload: String = "") -> PostgresNotification {
        PostgresNotification(channel: "c\(number)", payload: payload, processID: Int32(number))
    }

    private static func message(_ notification: PostgresNotification) -> WireMessage {
        .notificationResponse(
            processID: notification.processID, channel: notification.channel.text, payload: notification.payload)
    }

    /// The answers to some statements, with a notification before, between and after all of them.
    private static let answers: [WireMessage] = [
        .parseComplete, .bindComplete, .rowDescription(BackendSample.columns), .dataRow([[0, 0, 0, 1]]),
        .noticeResponse("a notice"), .dataRow([[0, 0, 0, 2]]), .commandComplete("SELECT 2"),
        .readyForQuery(.inTransaction),
        .errorResponse("22012", "division by zero"), .readyForQuery(.failed), .parameterStatus("TimeZone", "UTC"),
        .copyOutResponse(), .copyData([49, 10]), .copyDone, .commandComplete("COPY 1"), .readyForQuery(.idle),
    ]

    private static func session(keeping maximum: Int?) -> Session {
        var session = Session()
        session.framer.phase = .established
        session.notifications = maximum.map { NotificationQueue(maximumCount: $0) }
        return session
    }

    /// Feeds pieces that end at the cuts; the names of the messages, and what was kept.
    private static func play(
        _ bytes: [UInt8], cuts: [Int], keeping maximum: Int? = 1000
    ) throws -> (names: [String], kept: [NotificationQueue.Entry]) {
        var session = session(keeping: maximum)
        var names: [String] = []
        var kept: [NotificationQueue.Entry] = []
        var start = 0
        for end in cuts + [bytes.count] {
            session.input.append(Array(bytes[start..<end]).rawSpan)
            start = end
            while let message = try session.next() { names.append(message.name) }
            while let entry = session.notifications?.popFirst() { kept.append(entry) }
        }
        return (names, kept)
    }

    @Test func betweenAllMessagesHoweverTheyAreCut() throws {
        let sent = (0...Self.answers.count).map { Self.notification($0, "é\n\u{1F600} \($0)") }
        var messages = [Self.message(sent[0])]
        for (index, answer) in Self.answers.enumerated() { messages += [answer, Self.message(sent[index + 1])] }
        let bytes = messages.bytes
        let names = try Self.play(Self.answers.bytes, cuts: []).names
        #expect(names.count == Self.answers.count - 2, "the notice and the parameter are none")
        let expected = sent.map { NotificationQueue.Entry.notification($0) }
        for cuts in (0...bytes.count).map({ [$0] }) + [Array(0...bytes.count)] {
            let (seen, kept) = try Self.play(bytes, cuts: cuts)
            #expect(seen == names && kept == expected, "cut at \(cuts)")
        }
        // Where nobody listens they are passed over.
        let (seen, kept) = try Self.play(bytes, cuts: [], keeping: nil)
        #expect(seen == names && kept.isEmpty)
    }

    @Test func malformedOnesAreViolations() {
        let good = Self.message(Self.notification(7, "p")).bytes
        let body = Array(good.dropFirst(5))
        let letter = UInt8(ascii: "A")
        var bodies = (0..<body.count).map { Array(body.prefix($0)) }
        bodies += [body + [0], body + body]
        for body in bodies {
            #expect(throws: ProtocolViolation.self, "\(body)") {
                try Self.play(WireMessage(type: letter, body: body).bytes, cuts: [])
            }
        }
    }

    /// Anybody can send what is no UTF-8 where the database does not look: that must not end the connection.
    @Test func invalidTextIsShownAsSuch() throws {
        let body: [UInt8] = [0, 0, 0, 1, 97, 0xFF, 0, 0xC3, 0x28, 0]
        let kept = try Self.play(WireMessage(type: UInt8(ascii: "A"), body: body).bytes, cuts: []).kept
        let repaired = PostgresNotification(channel: "a\u{FFFD}", payload: "\u{FFFD}(", processID: 1)
        #expect(kept == [.notification(repaired)])
    }

    /// Too many are counted, where they were.
    @Test func theLimit() {
        var queue = NotificationQueue(maximumCount: 3)
        for number in 0..<5 { queue.append(Self.notification(number)) }
        #expect(queue.popFirst() == .notification(Self.notification(0)))
        for number in 5..<8 { queue.append(Self.notification(number)) }
        let rest = [1, 2].map { NotificationQueue.Entry.notification(Self.notification($0)) }
        let expected = rest + [.dropped(2), .notification(Self.notification(5)), .dropped(2)]
        var seen: [NotificationQueue.Entry] = []
        while let entry = queue.popFirst() { seen.append(entry) }
        #expect(seen == expected && queue.isEmpty && queue.count == 0 && queue.byteCount == 0)
        // Of text there are at most 16 MiB.
        let large = String(repeating: "x", count: 1 << 20)
        queue = NotificationQueue(maximumCount: 1000)
        for number in 0..<40 { queue.append(Self.notification(number, large)) }
        #expect(queue.count == 15 && queue.byteCount <= 16 << 20)
        for number in 0..<15 { #expect(queue.popFirst() == .notification(Self.notification(number, large))) }
        #expect(queue.popFirst() == .dropped(25) && queue.isEmpty)
        // None, while somebody waits for them.
        queue.isBeingRead = true
        for number in 0..<5000 { queue.append(Self.notification(number)) }
        for number in 0..<5000 { #expect(queue.popFirst() == .notification(Self.notification(number))) }
        #expect(queue.popFirst() == nil)
    }

    @Test func equalIsWhatHasTheSameBytes() {
        let composed = PostgresNotification(channel: "\u{E9}", payload: "\u{E9}", processID: 1)
        let decomposed = PostgresNotification(channel: "\u{E9}", payload: "e\u{301}", processID: 1)
        #expect(composed != decomposed && Set([composed, decomposed, composed]).count == 2)
    }

    /// Each pause is twice as long as the one before, up to the longest.
    @Test func pauses() {
        var options = Notifications.Options()
        options.pauses = .milliseconds(100)...(.seconds(1))
        let pauses = (0..<7).map { options.pause(before: $0, random: 1) }
        #expect(pauses == [0, 100, 200, 400, 800, 1000, 1000].map { Duration.milliseconds($0) })
        #expect(options.pause(before: 1000, random: 0.5) == .milliseconds(500))
    }
}
