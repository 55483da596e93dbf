import PGSchemaComparison
import PGWire
import ScribeApp
import Testing
import TestSupport

extension StoreRetryTests {
    /// One statement, one batch, one answer: an operation costs one round trip beside the connection.
    @Test func everyOperationIsOneRoundTrip() async throws {
        let database = database
        let user = database.user
        try await database.enqueue(10)
        var claims: [QueueItem.Claim] = []
        for _ in 1...4 { claims.append(try #require(try await database.store.queue.claim())) }
        let email = try await database.makeEmailFrom(claims[0])
        let hundred = try batch(100)
        let page = try Page(limit: 20, offset: 0)
        let template = Template.Draft(pdfURL: "u", templateText: "t", userInstructions: "i")
        try await Connection.withConnection(StoreDatabase.appSettings(database.configuration)) { db in
            let store = Store(OneConnection(connection: db))
            let operations: [(String, () async throws -> Void)] = [
                ("init", { _ = try await store.users.initialize(user, email: "x@example.com", displayName: nil) }),
                (
                    "init new",
                    { _ = try await store.users.initialize(.init(), email: "y@example.com", displayName: nil) }
                ),
                ("profile", { _ = try await store.users.find(user) }),
                ("onboarded", { _ = try await store.users.setOnboarded(user) }),
                ("template", { _ = try await store.users.setEmailTemplate("t", of: user) }),
                ("emails", { _ = try await store.emails.list(of: user, page) }),
                ("email", { _ = try await store.emails.find(email, of: user) }),
                ("discard", { _ = try await store.emails.setDisplayed(false, email, of: user) }),
                (
                    "insert email",
                    {
                        _ = try await store.emails.insert(
                            .init(message: "m", templateType: .book), to: .init(name: "r", interest: "i"), for: user)
                    }
                ),
                ("counts", { _ = try await store.emails.counts(of: user) }),
                ("enqueue", { _ = try await store.queue.enqueue(hundred) }),
                ("list", { _ = try await store.queue.list(of: user) }),
                ("cancel", { _ = try await store.queue.cancel(hundred.ids[0], of: user) }),
                ("attach", { _ = try await store.queue.attach(hundred.ids.map { ($0, "t") }) }),
                ("claim", { _ = try await store.queue.claim() }),
                ("step", { _ = try await store.queue.step(claims[1], "x") }),
                (
                    "complete",
                    { _ = try await store.queue.complete(claims[1], with: .init(message: "m", templateType: .book)) }
                ),
                ("fail", { _ = try await store.queue.fail(claims[2], message: "x") }),
                ("requeue", { _ = try await store.queue.requeue(claims[3]) }),
                ("reclaim", { _ = try await store.queue.reclaim(startedBefore: .zero) }),
                ("templates", { _ = try await store.templates.list(of: user, page) }),
                ("insert", { _ = try await store.templates.insert(template, for: user, limit: 5) }),
                ("overview", { _ = try await store.admin.overview() }),
                ("users", { _ = try await store.admin.users() }),
                ("page", { _ = try await store.admin.emails(of: user, page: 1, perPage: 20) }),
                ("activity", { _ = try await store.admin.activity() }),
                ("errors", { _ = try await store.admin.errors() }),
            ]
            for (name, operation) in operations {
                let before = try await db.traffic().flights
                try await operation()
                #expect(try await db.traffic().flights == before + 1, "\(name)")
            }
        }
    }
}

extension StoreDatabase {
    fileprivate func makeEmailFrom(_ claim: QueueItem.Claim) async throws -> Email.ID {
        let draft = Email.Draft(message: "m", templateType: .general)
        guard try await store.queue.complete(claim, with: draft) == .done else { throw NothingToClaim() }
        return draft.id
    }
}
