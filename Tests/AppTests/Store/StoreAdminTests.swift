import PGSchemaCatalog
import PGSchemaComparison
import PGWire
import ScribeApp
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(3))) struct StoreAdminTests {
    private let database: StoreDatabase
    private var admin: Store.Administration { database.store.admin }

    init() async throws { database = try await StoreDatabase() }

    private func json(_ value: some Encodable) throws -> String { try OrderedJSONEncoder().text(of: value) }

    @Test func anEmptyDatabaseHasZeros() async throws {
        try await database.execute("DELETE FROM users")
        #expect(
            try json(try await admin.overview()) == """
                {"total_users":0,"total_emails":0,"success_rate":0.0,"avg_gen_time_seconds":0.0,"total_templates":0,\
                "confidence_rate":0.0,"error_count":0,"emails_this_week":0,"active_users_this_week":0}
                """)
        #expect(try await admin.users().isEmpty)
        #expect(try await admin.activity().isEmpty)
        #expect(try await admin.errors().isEmpty)
        let page = try await admin.emails(of: database.user, page: 1, perPage: 20)
        #expect(try json(page) == #"{"items":[],"total":0,"page":1,"per_page":20,"pages":1}"#)
    }

    @Test func theOverviewCountsAndRounds() async throws {
        let other = try await database.addUser()
        for index in 0..<3 {
            try await database.makeEmail(.init(message: "m", templateType: .book, isConfident: index == 0))
        }
        let failing = try await database.claimOne()
        _ = try await database.store.queue.fail(failing, message: "x")
        try await database.enqueue(2, for: other)
        _ = try await database.store.queue.claim()
        let template = Template.Draft(pdfURL: "u", templateText: "t", userInstructions: "i")
        _ = try await database.store.templates.insert(template, for: other, limit: 5)
        // Completed in 1, 2 and 2.005 s; the last without a start, which is not averaged.
        try await database.execute(
            """
            WITH n AS (SELECT id, row_number() OVER (ORDER BY created_at, id) AS i FROM queue_items WHERE status = 'completed')
            UPDATE queue_items q SET completed_at = now(),
                started_at = CASE n.i WHEN 1 THEN now() - interval '1 s' WHEN 2 THEN now() - interval '2.0051 s' END
            FROM n WHERE n.id = q.id
            """)
        // One e-mail of exactly a week ago and one of before.
        try await database.execute(
            """
            WITH n AS (SELECT id, row_number() OVER (ORDER BY created_at) AS i FROM emails)
            UPDATE emails e SET created_at = now() - CASE n.i WHEN 1 THEN interval '167 hours 59 min' WHEN 2 THEN
                interval '168 hours 1 min' ELSE interval '0' END FROM n WHERE n.id = e.id
            """)
        // 3 completed of 5 that do not wait; 1 of 3 confident; (1 + 2.0051) / 2 s.
        #expect(
            try json(try await admin.overview()) == """
                {"total_users":2,"total_emails":3,"success_rate":60.0,"avg_gen_time_seconds":1.5,"total_templates":1,\
                "confidence_rate":33.33,"error_count":1,"emails_this_week":2,"active_users_this_week":1}
                """)
    }

    /// 100 * 107 / 4000 lies just below 2.675, and 2.675 * 100 is 267.5 all the same.
    @Test func whatIsRoundedIsTheNumberAndNotItsProduct() async throws {
        try await database.execute(
            """
            INSERT INTO queue_items (id, user_id, recipient_name, recipient_interest, email_template, status, started_at,
                completed_at)
            SELECT gen_random_uuid(), \(database.user), 'r', 'i', 't',
                CASE WHEN n > 107 THEN 'failed' ELSE 'completed' END, now() - interval '0.125 s', now()
            FROM generate_series(1, 4000) n
            """)
        let overview = try await admin.overview()
        #expect(overview.successRate == 2.67)
        // What lies exactly between goes to the even one.
        #expect(overview.averageGenerationTime == 0.12)
    }

    /// What is never thrown away must not fill the memory one day.
    @Test func noListIsEndless() async throws {
        try await database.execute(
            """
            INSERT INTO queue_items (id, user_id, recipient_name, recipient_interest, email_template, status, created_at)
            SELECT gen_random_uuid(), \(database.user), 'r ' || n, 'i', 't', 'failed', now() - make_interval(secs => n)
            FROM generate_series(0, 10000) n
            """)
        try await database.execute(
            """
            WITH many AS (SELECT gen_random_uuid() AS id, n FROM generate_series(0, 10000) n),
                made AS (
                    INSERT INTO users (id, email, generation_count, template_count, onboarded)
                    SELECT id, n || '@example.com', 0, 0, false FROM many
                )
            INSERT INTO templates (id, user_id, pdf_url, template_text, user_instructions)
            SELECT id, \(database.user), 'u', 't', 'i' FROM many
            """)
        let errors = try await admin.errors()
        #expect(errors.count == 10_000 && errors.first?.recipientName == "r 0")
        let items = try await admin.queue(of: database.user)
        #expect(items.count == 10_000 && items.first?.recipientName == "r 0")
        #expect(try await database.store.queue.list(of: database.user).count == 10_000)
        #expect(try await admin.templates(of: database.user).count == 10_000)
        #expect(try await admin.users().count == 10_000)
    }

    @Test func usersAreCountedAndOrdered() async throws {
        let other = try await database.addUser()
        let third = try await database.addUser()
        try await database.makeEmail()
        try await database.makeEmail()
        try await database.enqueue(2, for: other)
        let claim = try #require(try await database.store.queue.claim())
        _ = try await database.store.queue.fail(claim, message: "x")
        try await database.execute("UPDATE users SET generation_count = 9 WHERE id = \(other)")
        let users = try await admin.users()
        #expect(users.map(\.id) == [other, database.user, third])
        #expect(users.map(\.actualEmailCount) == [0, 2, 0])
        #expect(users.map(\.queueSubmissions) == [2, 2, 0])
        #expect(users.map(\.failedCount) == [1, 0, 0])
        #expect(
            try json(users[1]) == """
                {"id":"\(database.user)","email":"\(database.user)@example.com","display_name":"Ada",\
                "generation_count":2,"template_count":0,"onboarded":false,"created_at":"\(users[1].createdAt)",\
                "actual_email_count":2,"queue_submissions":2,"failed_count":0,"email_template":null}
                """)
    }

    @Test func emailsArePagedWithTheirTotal() async throws {
        var ids: [Email.ID] = []
        for _ in 0..<5 { ids.append(try await database.makeEmail()) }
        _ = try await database.store.emails.setDisplayed(false, ids[0], of: database.user)
        var seen: [Email.ID] = []
        for number in 1...4 {
            let page = try await admin.emails(of: database.user, page: number, perPage: 2)
            #expect(page.total == 5 && page.pages == 3 && page.page == number && page.perPage == 2)
            seen += page.items.map(\.id)
        }
        #expect(seen == ids.reversed())
        #expect(try await admin.emails(of: database.user, page: 1, perPage: 5).pages == 1)
        let item = try await admin.emails(of: database.user, page: 1, perPage: 1).items[0]
        #expect(
            try json(item) == """
                {"id":"\(item.id)","recipient_name":"item 0","recipient_interest":"interest 0","email_message":"Hello",\
                "template_type":"general","is_confident":false,"metadata":{},"created_at":"\(item.createdAt)"}
                """)
        await #expect(throws: StoreError.outOfRange(.page)) {
            try await admin.emails(of: database.user, page: .max, perPage: 100)
        }
    }

    @Test func aUsersTemplatesAndItemsAreShownNewestFirst() async throws {
        var templates: [Template.ID] = []
        for _ in 0..<3 {
            let draft = Template.Draft(pdfURL: "u", templateText: "t", userInstructions: "i")
            _ = try await database.store.templates.insert(draft, for: database.user, limit: 5)
            templates.append(draft.id)
        }
        let shown = try await admin.templates(of: database.user)
        #expect(shown.map(\.id) == templates.reversed())
        #expect(
            try json(shown[0]) == """
                {"id":"\(templates[2])","template_text":"t","user_instructions":"i","pdf_url":"u",\
                "created_at":"\(shown[0].createdAt)"}
                """)

        let old = try await database.enqueue(2, "old")
        let claim = try #require(try await database.store.queue.claim())
        _ = try await database.store.queue.fail(claim, message: "Step 'x' failed: y")
        let new = try await database.enqueue(2, "new")
        try await database.execute(
            "UPDATE queue_items SET created_at = created_at - interval '30 days' WHERE id = ANY (\(old))")
        let items = try await admin.queue(of: database.user)
        #expect(items.map(\.id) == (old + new).reversed())
        let failed = items[3]
        let started = try #require(failed.startedAt), completed = try #require(failed.completedAt)
        #expect(
            try json(failed) == """
                {"id":"\(old[0])","recipient_name":"old 0","recipient_interest":"interest 0","status":"failed",\
                "current_step":"initializing","error_message":"Step 'x' failed: y","started_at":"\(started)",\
                "completed_at":"\(completed)","created_at":"\(failed.createdAt)"}
                """)
        let errors = try await admin.errors()
        #expect(errors.map(\.id) == [old[0]])
        #expect(
            try json(errors[0]) == """
                {"id":"\(old[0])","user_email":"\(database.user)@example.com","user_display_name":"Ada",\
                "recipient_name":"old 0","current_step":"initializing","error_message":"Step 'x' failed: y",\
                "created_at":"\(failed.createdAt)","started_at":"\(started)"}
                """)
    }

    /// Weeks are cut in UTC, whatever the session's zone: here one in which Sunday evening in UTC is Monday already.
    @Test func weeksAreCutInUTC() async throws {
        let name = try #require(database.configuration.database)
        try await database.execute("ALTER DATABASE \(identifier: name) SET TimeZone = 'Asia/Kolkata'")
        let other = try await database.addUser()
        // The last moment of the week before last, the first of last week, and one too old.
        try await database.execute(
            """
            INSERT INTO emails (id, user_id, recipient_name, recipient_interest, email_message, created_at, template_type,
                is_confident)
            SELECT gen_random_uuid(), owner, 'n', 'i', 'm', moment, 'general', false
            FROM (SELECT date_trunc('week', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS monday) week,
                LATERAL (VALUES
                    (\(database.user)::uuid, monday - interval '168 hours'),
                    (\(other)::uuid, monday - interval '168 hours'), (\(other)::uuid, monday - interval '1 microsecond'),
                    (\(other)::uuid, monday - interval '168 hours 0.000001 s'),
                    (\(other)::uuid, now() - interval '2016 hours 1 s')) AS made (owner, moment)
            """)
        let mondays = try await Connection.withConnection(database.configuration) { db in
            try await db.fetchAll(
                """
                SELECT to_char(date_trunc('week', now() AT TIME ZONE 'UTC') - make_interval(days => 7 * n), 'YYYY-MM-DD')
                FROM generate_series(1, 2) n
                """, as: String.self)
        }
        let weeks = try await admin.activity()
        #expect(
            try json(weeks) == """
                [{"week":"\(mondays[0])","emails_generated":3,"active_users":2},\
                {"week":"\(mondays[1])","emails_generated":1,"active_users":1}]
                """)
        let user = try await database.store.users.find(other)
        #expect(user?.createdAt.description.hasSuffix("Z") == true)
    }
}
