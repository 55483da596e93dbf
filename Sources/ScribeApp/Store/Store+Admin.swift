import PGWire

extension Store {
    /// What the administrator asks for.
    package var admin: Administration { Administration(store: self) }

    /// Questions over all users. Spans of days are counted in hours: a day of the session's time zone may have 23.
    package struct Administration: Sendable {
        let store: Store

        /// The numbers over everything, all of one moment.
        package func overview() async throws -> Admin.Overview {
            let overview = try await store.row(
                """
                SELECT
                    (SELECT count(*) FROM users),
                    email.total, email.confident, email.recent, email.owners,
                    item.started, item.completed, item.failed, item.seconds,
                    (SELECT count(*) FROM templates)
                FROM (
                    SELECT count(*) AS total, count(*) FILTER (WHERE is_confident) AS confident,
                        count(*) FILTER (WHERE created_at >= now() - interval '168 hours') AS recent,
                        pg_catalog.count(DISTINCT user_id)
                            FILTER (WHERE created_at >= now() - interval '168 hours') AS owners
                    FROM emails
                ) email, (
                    SELECT count(*) FILTER (WHERE status::text <> 'pending') AS started,
                        count(*) FILTER (WHERE status::text = 'completed') AS completed,
                        count(*) FILTER (WHERE status::text = 'failed') AS failed,
                        (avg(extract(epoch FROM completed_at - started_at))
                            FILTER (WHERE status::text = 'completed'))::float8
                            AS seconds
                    FROM queue_items
                ) item
                """
            ) { row in
                Admin.Overview(
                    totalUsers: try row.decode(0), totalEmails: try row.decode(1),
                    successRate: Self.percent(try row.decode(6), of: try row.decode(5)),
                    averageGenerationTime: Self.rounded(try row.decode(8) ?? 0), totalTemplates: try row.decode(9),
                    confidenceRate: Self.percent(try row.decode(2), of: try row.decode(1)),
                    errorCount: try row.decode(7), emailsThisWeek: try row.decode(3),
                    activeUsersThisWeek: try row.decode(4))
            }
            guard let overview else { throw PostgresError.usage("the overview is one row, and none came") }
            return overview
        }

        /// The users with what is counted of theirs, those who generated most first; ``Store/longestList`` at most.
        package func users() async throws -> [Admin.UserSummary] {
            try await store.rows(
                """
                SELECT users.id, email, display_name, generation_count, template_count, onboarded, created_at,
                    coalesce(emails.total, 0), coalesce(items.total, 0), coalesce(items.failed, 0), email_template
                FROM users
                LEFT JOIN (SELECT user_id, count(*) AS total FROM emails GROUP BY user_id) emails
                    ON emails.user_id = users.id
                LEFT JOIN (
                    SELECT user_id, count(*) AS total, count(*) FILTER (WHERE status::text = 'failed') AS failed
                    FROM queue_items GROUP BY user_id
                ) items ON items.user_id = users.id
                ORDER BY generation_count DESC, created_at, users.id LIMIT \(Store.longestList)
                """
            ) { row in try Admin.UserSummary(row) }
        }

        /// A page of a user's e-mails, newest first, and how many there are, all of one moment. An unknown user has none.
        package func emails(of user: User.ID, page number: Int, perPage: Int) async throws -> Admin.EmailPage {
            let page = try Page(number: number, perPage: perPage)
            // The total has a row of its own even where the page has none.
            var total = 0
            let items = try await store.rows(
                """
                SELECT counted.total, page.* FROM (SELECT count(*) AS total FROM emails WHERE user_id = \(user)) counted
                LEFT JOIN (
                    SELECT id, recipient_name, recipient_interest, email_message, template_type, is_confident, metadata,
                        created_at
                    FROM emails WHERE user_id = \(user)
                    ORDER BY created_at DESC, id LIMIT \(page.limit) OFFSET \(page.offset)
                ) page ON true
                ORDER BY page.created_at DESC, page.id
                """
            ) { row in
                total = try row.decode(0)
                return try row.isNull(1) ? nil : try Admin.EmailSummary(row)
            }
            return Admin.EmailPage(
                items: items.compactMap(\.self), total: total, page: number, perPage: perPage,
                pages: max(1, total / perPage + (total % perPage == 0 ? 0 : 1)))
        }

        /// The templates of a user, newest first; ``Store/longestList`` at most.
        package func templates(of user: User.ID) async throws -> [Admin.TemplateSummary] {
            try await store.rows(
                """
                SELECT id, template_text, user_instructions, pdf_url, created_at FROM templates
                WHERE user_id = \(user) ORDER BY created_at DESC, id LIMIT \(Store.longestList)
                """
            ) { row in try Admin.TemplateSummary(row) }
        }

        /// The queue items of a user, of any age, newest first; ``Store/longestList`` at most.
        package func queue(of user: User.ID) async throws -> [Admin.QueueSummary] {
            try await store.rows(
                """
                SELECT id, recipient_name, recipient_interest, status, current_step, error_message, started_at,
                    CASE WHEN status::text NOT IN ('pending', 'processing') THEN completed_at END, created_at
                FROM queue_items WHERE user_id = \(user)
                ORDER BY created_at DESC, id DESC LIMIT \(Store.longestList)
                """
            ) { row in try Admin.QueueSummary(row) }
        }

        /// The weeks of the last 12 * 7 days in which e-mails were made, newest first. They begin on Monday 00:00 UTC.
        package func activity() async throws -> [Admin.Week] {
            try await store.rows(
                """
                SELECT to_char(date_trunc('week', created_at AT TIME ZONE 'UTC'), 'YYYY-MM-DD'), count(*),
                    pg_catalog.count(DISTINCT user_id)
                FROM emails WHERE created_at >= now() - interval '2016 hours' GROUP BY 1 ORDER BY 1 DESC
                """
            ) { row in
                Admin.Week(week: try row.decode(0), emailsGenerated: try row.decode(1), activeUsers: try row.decode(2))
            }
        }

        /// The items that failed, of any age, newest first; ``Store/longestList`` at most.
        package func errors() async throws -> [Admin.Failure] {
            try await store.rows(
                """
                SELECT item.id, email, display_name, recipient_name, current_step, error_message, item.created_at,
                    started_at
                FROM queue_items item JOIN users ON users.id = item.user_id
                WHERE status::text = 'failed' ORDER BY item.created_at DESC, item.id DESC LIMIT \(Store.longestList)
                """
            ) { row in try Admin.Failure(row) }
        }

        private static func percent(_ part: Int, of whole: Int) -> Double {
            whole == 0 ? 0 : rounded(100 * Double(part) / Double(whole))
        }

        /// To two places; what lies exactly between goes to the even one, as the original's does. The product cannot tell
        /// that: the number 2.675 is a little less, and a hundred times it is 267.5.
        private static func rounded(_ number: Double) -> Double {
            let below = (number * 100).rounded(.down)
            // Rounded once, at its end, so that its sign is right.
            let rest = (-(below + 0.5)).addingProduct(number, 100)
            let isUp = rest > 0 || rest == 0 && !below.remainder(dividingBy: 2).isZero
            return (isUp ? below + 1 : below) / 100
        }
    }
}
