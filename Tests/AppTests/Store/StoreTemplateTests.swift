import PGSchemaComparison
import PGWire
import ScribeApp
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(3))) struct StoreTemplateTests {
    private let database: StoreDatabase
    private var templates: Store.Templates { database.store.templates }

    init() async throws { database = try await StoreDatabase() }

    private func draft(_ text: String = "Dear {name}") -> Template.Draft {
        .init(pdfURL: "https://files.example.com/", templateText: text, userInstructions: "be kind")
    }

    private func counted() async throws -> Int? { try await database.store.users.find(database.user)?.templateCount }

    @Test func aTemplateIsStoredCountedAndShownAsTheAPISays() async throws {
        let draft = draft()
        let template = try #require(try await templates.insert(draft, for: database.user, limit: 5))
        #expect(
            try OrderedJSONEncoder().text(of: template) == """
                {"id":"\(draft.id)","user_id":"\(database.user)","pdf_url":"https://files.example.com/",\
                "template_text":"Dear {name}","user_instructions":"be kind","created_at":"\(template.createdAt)"}
                """)
        #expect(try await counted() == 1)
        #expect(try await templates.find(draft.id, of: database.user) == template)
        #expect(try await templates.find(draft.id, of: try database.addUser()) == nil)
        // Handed in again, it is the same one.
        #expect(try await templates.insert(draft, for: database.user, limit: 5) == template)
        #expect(try await counted() == 1)
    }

    @Test func theLimitHoldsHoweverManyAskAtOnce() async throws {
        let made = try await withThrowingTaskGroup(of: Template?.self) { group in
            for index in 1...16 {
                let draft = draft("\(index)")
                group.addTask { [templates, database] in
                    try await templates.insert(draft, for: database.user, limit: 5)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(made.count { $0 != nil } == 5)
        #expect(try await counted() == 5)
        let list = try await templates.list(of: database.user, Page(limit: 20, offset: 0))
        #expect(list.count == 5)
        #expect(list == list.sorted { ($1.createdAt, $0.id) < ($0.createdAt, $1.id) })
        let second = try await templates.list(of: database.user, Page(limit: 2, offset: 1))
        #expect(second == Array(list[1...2]))
        // A draft that is there is no new one, although the limit is reached.
        let first = list[0]
        let again = Template.Draft(id: first.id, pdfURL: "x", templateText: "x", userInstructions: "x")
        #expect(try await templates.insert(again, for: database.user, limit: 5) == first)
        #expect(try await templates.insert(draft(), for: database.user, limit: 0) == nil)
    }

    @Test func whatDoesNotFitIsRefused() async throws {
        await #expect(throws: StoreError.noSuchUser) { try await templates.insert(draft(), for: User.ID(), limit: 5) }
        await #expect(throws: StoreError.tooLong(.pdfURL, limit: 500)) {
            let draft = Template.Draft(
                pdfURL: String(repeating: "x", count: 501), templateText: "t", userInstructions: "i")
            return try await templates.insert(draft, for: database.user, limit: 5)
        }
        await #expect(throws: StoreError.zeroCharacter(.templateText)) {
            try await templates.insert(draft("\0"), for: database.user, limit: 5)
        }
        #expect(try await counted() == 0)
    }
}
