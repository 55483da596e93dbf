import PGSchemaComparison
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(3))) struct StoreEmailTests {
    private let database: StoreDatabase
    private var emails: Store.Emails { database.store.emails }

    init() async throws { database = try await StoreDatabase() }

    /// `count` e-mails at each of the given days of May 2025.
    private func insert(_ count: Int, on days: ClosedRange<Int>, displayed: Bool = true) async throws {
        try await database.execute(
            """
            INSERT INTO emails (id, user_id, recipient_name, recipient_interest, email_message, created_at, template_type,
                is_confident, displayed)
            SELECT gen_random_uuid(), \(database.user), 'n', 'i', 'm', make_timestamptz(2025, 5, day::int, 0, 0, 0, 'UTC'),
                'general', false, \(displayed)
            FROM generate_series(\(days.lowerBound), \(days.upperBound)) day, generate_series(1, \(count))
            """)
    }

    @Test func pagesAreTheWholeHistoryInOneOrder() async throws {
        // Many at the same moment: without the ids as a tie-break, pages could repeat some and leave out others.
        try await insert(20, on: 1...5)
        try await insert(5, on: 3...4, displayed: false)
        let all = try await emails.list(of: database.user, Page(limit: 1000, offset: 0))
        #expect(all.count == 100 && all.allSatisfy(\.displayed))
        #expect(
            all.map(\.id)
                == all.sorted { ($1.createdAt, $0.id) < ($0.createdAt, $1.id) }.map(\.id))
        for size in [1, 7, 100] {
            var pages: [Email.ID] = []
            for number in 1...(100 / size + 1) {
                let page = try Page(number: number, perPage: size)
                pages += try await emails.list(of: database.user, page).map(\.id)
            }
            #expect(pages == all.map(\.id), "by \(size)")
        }
        let everything = try await emails.list(
            of: database.user, includingDiscarded: true, Page(limit: Int64.max, offset: 0))
        #expect(everything.count == 110)
        #expect(try await emails.list(of: database.user, Page(limit: 20, offset: Int64.max)).isEmpty)
        #expect(try await emails.list(of: User.ID(), Page(limit: 20, offset: 0)).isEmpty)
        #expect(try await counts(of: database.user) == [100, 10])
        #expect(try await counts(of: User.ID()) == [0, 0])
    }

    @Test func anEmailOutsideTheQueueIsStoredAndCountedOnce() async throws {
        let recipient = QueueItem.Recipient(name: "Ada", interest: "engines")
        let draft = Email.Draft(message: "Hello", templateType: .book, metadata: #"{"a": 1}"#, isConfident: true)
        let email = try await emails.insert(draft, to: recipient, for: database.user)
        #expect(
            try OrderedJSONEncoder().text(of: email) == """
                {"id":"\(draft.id)","user_id":"\(database.user)","recipient_name":"Ada","recipient_interest":"engines",\
                "email_message":"Hello","template_type":"book","metadata":{"a":1},"is_confident":true,"displayed":true,\
                "created_at":"\(email.createdAt)"}
                """)
        #expect(try await emails.insert(draft, to: recipient, for: database.user) == email)
        #expect(try await emails.find(draft.id, of: database.user) == email)
        #expect(try await database.generated() == (1, 1))
        await #expect(throws: StoreError.noSuchUser) { try await emails.insert(.some, to: recipient, for: User.ID()) }
        await #expect(throws: StoreError.badJSON(.metadata)) {
            let draft = Email.Draft(message: "m", templateType: .book, metadata: "{")
            return try await emails.insert(draft, to: recipient, for: database.user)
        }
        await #expect(throws: StoreError.tooLong(.recipientName, limit: 255)) {
            let recipient = QueueItem.Recipient(name: String(repeating: "é", count: 256), interest: "i")
            return try await emails.insert(.some, to: recipient, for: database.user)
        }
        #expect(try await database.generated() == (1, 1))
    }

    @Test func anEmailIsItsUsersAlone() async throws {
        let other = try await database.addUser()
        let id = try await database.makeEmail()
        #expect(try await emails.find(id, of: database.user)?.id == id)
        #expect(try await emails.find(id, of: other) == nil)
        #expect(try await emails.find(Email.ID(), of: database.user) == nil)
        #expect(try await emails.setDisplayed(false, id, of: other) == nil)
        #expect(try await emails.find(id, of: database.user)?.displayed == true)
    }

    @Test func discardingAndShowingAgainCanBeRepeated() async throws {
        let id = try await database.makeEmail()
        for displayed in [false, false, true, true, false] {
            #expect(try await emails.setDisplayed(displayed, id, of: database.user)?.displayed == displayed)
            let listed = try await emails.list(of: database.user, Page(limit: 20, offset: 0))
            #expect(listed.count == (displayed ? 1 : 0))
            #expect(try await counts(of: database.user) == [displayed ? 1 : 0, displayed ? 0 : 1])
        }
        #expect(try await emails.find(id, of: database.user)?.displayed == false)
        #expect(try await emails.setDisplayed(false, Email.ID(), of: database.user) == nil)
    }

    @Test(arguments: [
        ("{}", "{}"), ("null", "null"), (#""a  b""#, #""a  b""#), ("[1, 2,3]", "[1,2,3]"),
        (
            #"{"big": 12345678901234567890, "small": 1e-7, "whole": 100, "x": {"y": [{}, []]}}"#,
            #"{"x":{"y":[{},[]]},"big":12345678901234567890,"small":0.0000001,"whole":100}"#
        ),
        (#"{"a": 1, "a": 2}"#, #"{"a":2}"#),
        (
            String(repeating: "[", count: 3000) + String(repeating: "]", count: 3000),
            String(repeating: "[", count: 3000) + String(repeating: "]", count: 3000)
        ),
        (#"{"é": "\u00e9😀 \\ \" , : "}"#, #"{"é":"é😀 \\ \" , : "}"#),
    ])
    func metadataIsTheStoredValue(sent: String, shown: String) async throws {
        let id = try await database.makeEmail(
            .init(message: "m", templateType: .research, metadata: RawJSON(sent)))
        let email = try #require(try await emails.find(id, of: database.user))
        #expect(email.templateType == .research)
        #expect(try OrderedJSONEncoder().text(of: email).contains("\"metadata\":\(shown),\"is_confident\""))
    }

    private func counts(of user: User.ID) async throws -> [Int] {
        let counts = try await emails.counts(of: user)
        return [counts.displayed, counts.discarded]
    }
}

extension Email.Draft {
    fileprivate static var some: Email.Draft { Email.Draft(message: "m", templateType: .general) }
}
