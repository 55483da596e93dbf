import PGWire
import PGWireTesting
import Testing

/// One statement for many elements, read as transcripts: what the server says, and what it means.
@Suite struct ProtocolRepeatedQueryTests {
    /// A machine, and what messages mean to it.
    private final class Played {
        var machine: RepeatedQuery

        init(settings: Int = 0, describes: Bool = false, elements: Int, syncs: Bool = true) {
            machine = RepeatedQuery(settings: settings, describes: describes)
            machine.note(elements: elements)
            if syncs { machine.noteSync() }
        }

        var isDone: Bool { machine.isDone }
        var isAnswered: Bool { machine.isAnswered }
        var answered: Int { machine.answered }
        var hasFailedInSetting: Bool { machine.hasFailedInSetting }

        func event(_ message: WireMessage) throws -> String? {
            guard let event = try machine.receive(try BackendSample.decoded(message)) else { return nil }
            return switch event {
            case .columns(let columns): "columns \(columns.count)"
            case .row: "\(machine.answered) row"
            case .complete: "\(machine.answered) complete"
            case .failed(let error): "failed \(error.sqlState) at \(machine.failedElement.map(String.init) ?? "none")"
            case .ready(let status): "ready \(status)"
            default: "\(event)"
            }
        }

        func take(_ answer: borrowing RepeatedQuery.Answer, from session: inout Session) -> Int {
            machine.take(answer, from: &session)
        }

        func play(_ messages: [WireMessage]) throws -> [String?] { try messages.map(event) }
    }

    private static let columns = WireMessage.rowDescription([.init("a", type: 23), .init("b", type: 25)])
    private static let row = WireMessage.dataRow([nil, nil])
    private static let setting: [WireMessage] = [
        .parseComplete, .bindComplete, .dataRow([nil]), .commandComplete("SELECT 1"),
    ]
    private static let inserted = WireMessage.commandComplete("INSERT 0 1")
    private static let failure = WireMessage.errorResponse("23505", "duplicate key")

    @Test func withRows() throws {
        let query = Played(settings: 2, describes: true, elements: 3)
        #expect(try query.play(Self.setting + Self.setting).allSatisfy { $0 == nil })
        #expect(
            try query.play([
                .parseComplete, .bindComplete, Self.columns, Self.row, Self.row, Self.inserted,
                .bindComplete, Self.inserted, .bindComplete, Self.row, Self.inserted, .readyForQuery(),
            ]) == [
                nil, nil, "columns 2", "0 row", "0 row", "1 complete", nil, "2 complete", nil, "2 row", "3 complete",
                "ready idle",
            ])
        #expect(query.isDone)
    }

    /// Elements are sent while answers come; none is expected that was not sent.
    @Test func elementsThatAreStillToBeSent() throws {
        let query = Played(elements: 1, syncs: false)
        #expect(try query.play([.parseComplete, .bindComplete, Self.inserted]) == [nil, nil, "1 complete"])
        #expect(query.isAnswered && !query.isDone)
        for message in BackendSample.all where BackendSample.name(message) != "ErrorResponse" {
            let other = Played(elements: 1, syncs: false)
            _ = try other.play([.parseComplete, .bindComplete, Self.inserted])
            #expect(throws: ProtocolViolation.self) { try other.event(message) }
        }
        query.machine.note(elements: 2)
        #expect(!query.isAnswered)
        #expect(try query.play([.bindComplete, Self.inserted]) == [nil, "2 complete"])
        query.machine.noteSync()
        #expect(try query.play([.bindComplete, Self.inserted]) == [nil, "3 complete"])
        #expect(query.isAnswered && !query.isDone)
        #expect(try query.event(.readyForQuery()) == "ready idle")
        #expect(query.isDone)
    }

    /// An error in the place of every answer: only the Sync's is left, once that was sent.
    @Test(arguments: [true, false]) func anErrorInEachPlace(_ syncs: Bool) throws {
        let answers: [(WireMessage, Int?)] =
            (Self.setting + Self.setting).map { ($0, nil) } + [
                (.parseComplete, nil), (.bindComplete, 0), (Self.columns, 0), (Self.row, 0), (Self.inserted, 0),
                (.bindComplete, 1), (Self.row, 1), (Self.inserted, 1), (.bindComplete, 2), (Self.inserted, 2),
            ]
        for place in 0...answers.count {
            func played() throws -> Played {
                let query = Played(settings: 2, describes: true, elements: 3, syncs: syncs)
                for (message, _) in answers.prefix(place) { _ = try query.event(message) }
                return query
            }
            let query = try played()
            // When the Sync commits, it is about none of them.
            let element = place < answers.count ? answers[place].1 : nil
            #expect(
                try query.event(Self.failure) == "failed 23505 at \(element.map(String.init) ?? "none")", "\(place)")
            #expect(query.hasFailedInSetting == (place < 8))
            for message in BackendSample.all where !syncs || BackendSample.name(message) != "ReadyForQuery" {
                let other = try played()
                _ = try other.event(Self.failure)
                #expect(throws: ProtocolViolation.self, "\(place)") { try other.event(message) }
            }
            // What is still on its way to the server is skipped by it.
            query.machine.note(elements: 100)
            if !syncs { query.machine.noteSync() }
            #expect(try query.event(.readyForQuery()) == "ready idle")
            #expect(query.isDone)
        }
    }

    /// What was sent is given up: the server refuses that, after whatever was sent before, and nothing is ready before.
    @Test func givingUp() throws {
        for answered in 0...2 {
            let query = Played(elements: 2, syncs: false)
            let answers = [WireMessage.parseComplete] + (0..<2).flatMap { _ in [.bindComplete, Self.inserted] }
            _ = try query.play(Array(answers.prefix(1 + 2 * answered)))
            query.machine.noteGivingUp()
            query.machine.noteSync()
            #expect(!query.isAnswered)
            _ = try query.play(Array(answers.dropFirst(1 + 2 * answered)))
            let refused = WireMessage.errorResponse("34000", "portal does not exist")
            #expect(throws: ProtocolViolation.self) {
                let other = Played(elements: 0, syncs: false)
                _ = try other.event(.parseComplete)
                other.machine.noteGivingUp()
                other.machine.noteSync()
                _ = try other.event(.readyForQuery())
            }
            #expect(try query.play([refused, .readyForQuery()]) == ["failed 34000 at none", "ready idle"])
            #expect(query.isDone)
        }
    }

    /// Nothing but what belongs there, in every place.
    @Test func theOrder() throws {
        let answers =
            Self.setting + [
                .parseComplete, .bindComplete, Self.columns, Self.row, Self.inserted, .bindComplete, Self.inserted,
                .readyForQuery(),
            ]
        for (place, answer) in answers.enumerated() {
            let allowed: Set<String> =
                switch BackendSample.name(answer) {
                case "RowDescription": ["RowDescription", "NoData", "ErrorResponse"]
                case "DataRow", "CommandComplete": ["DataRow", "CommandComplete", "ErrorResponse"]
                case let name: [name, "ErrorResponse"]
                }
            for message in BackendSample.all where !allowed.contains(BackendSample.name(message)) {
                let query = Played(settings: 1, describes: true, elements: 2)
                _ = try query.play(Array(answers.prefix(place)))
                #expect(throws: ProtocolViolation.self, "\(place) \(message)") { try query.event(message) }
            }
            // A row of another width than was announced.
            if place == 7 {
                let query = Played(settings: 1, describes: true, elements: 2)
                _ = try query.play(Array(answers.prefix(place)))
                #expect(throws: ProtocolViolation.self) { try query.event(.dataRow([nil])) }
            }
        }
    }

    /// Answers that are the same are taken at once, however they were cut on their way, and no more than were asked for.
    @Test func takingEqualAnswers() throws {
        let one: [WireMessage] = [.bindComplete, Self.inserted]
        let bytes = Array(repeating: one, count: 5).flatMap { $0 }.bytes
        for cut in 0...bytes.count {
            var session = Session()
            session.framer.phase = .established
            let query = Played(elements: 4)
            _ = try query.event(.parseComplete)
            var answer = RepeatedQuery.Answer()
            var taken = 0
            taken = query.take(answer, from: &session)
            #expect(taken == 0)
            answer.change(to: CommandTag("INSERT 0 1"))
            let rowCount = answer.rowCount
            #expect(rowCount == 1)
            session.input.append(Array(bytes.prefix(cut)).rawSpan)
            let first = query.take(answer, from: &session)
            #expect(first == min(cut / one.bytes.count, 4))
            session.input.append(Array(bytes.dropFirst(cut)).rawSpan)
            taken = query.take(answer, from: &session)
            #expect(taken == 4 - first)
            let rest = session.input.count
            #expect(query.answered == 4 && rest == one.bytes.count)
            taken = query.take(answer, from: &session)
            #expect(taken == 0)
        }
        // Another one is left alone.
        var session = Session()
        session.framer.phase = .established
        let query = Played(elements: 2)
        _ = try query.event(.parseComplete)
        var answer = RepeatedQuery.Answer()
        answer.change(to: CommandTag("INSERT 0 1"))
        var taken = 0
        session.input.append([WireMessage.bindComplete, .commandComplete("INSERT 0 2")].bytes.rawSpan)
        taken = query.take(answer, from: &session)
        #expect(taken == 0)
        #expect(query.answered == 0)
    }

    @Test(
        arguments: [
            ("INSERT 0 1", 1), ("SELECT 0", 0), ("UPDATE 12345", 12345), ("CREATE TABLE", nil), ("", nil), ("1a", nil),
            ("COPY 99999999999999999999", nil), ("a1", nil), ("MERGE 7 ", 7), ("7", 7),
            ("INSERT 0 9223372036854775807", .max),
        ] as [(String, Int?)])
    func rowCounts(_ tag: String, _ count: Int?) { #expect(CommandTag(tag).rowCount == count) }
}
