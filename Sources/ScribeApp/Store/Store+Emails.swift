import PGSchemaComparison
import PGSchemaSQL
import PGWire

extension Store {
    /// The generated e-mails.
    package var emails: Emails { Emails(store: self) }

    /// The table `emails`, as its users see it: another user's e-mail is as absent as none. What the queue makes of its
    /// items is ``Queue/complete(_:with:)``.
    package struct Emails: Sendable {
        let store: Store

        /// Stores an e-mail that was asked for outside the queue, and counts it. A draft that is there already is returned
        /// and not counted again.
        ///
        /// - Throws: ``StoreError/noSuchUser``; ``StoreError`` for texts or metadata that cannot be stored.
        package func insert(
            _ draft: Email.Draft, to recipient: QueueItem.Recipient, for user: User.ID
        ) async throws -> Email {
            try recipient.check()
            let sql: SQL = """
                WITH made AS (
                    INSERT INTO emails (
                        id, user_id, recipient_name, recipient_interest, email_message, template_type, metadata,
                        is_confident)
                    SELECT \(draft.id), id, \(recipient.name)::text, \(recipient.interest)::text,
                        \(draft.message)::text, \(draft.templateType)::template_type_enum, \(draft.metadata)::jsonb,
                        \(draft.isConfident)
                    FROM users WHERE id = \(user)
                    ON CONFLICT (id) DO NOTHING
                    RETURNING \(Email.columns)
                ), counted AS (
                    UPDATE users SET generation_count = generation_count + 1 FROM made WHERE users.id = made.user_id
                )
                SELECT \(Email.columns) FROM made
                """
            return try await store.storing(draft) {
                try await store.session { store in
                    if let email = try await store.row(sql, { row in try Email(row) }) { return email }
                    // It was met: this statement sees it also when another session has only just stored it.
                    guard let email = try await store.emails.find(draft.id, of: user) else {
                        throw StoreError.noSuchUser
                    }
                    return email
                }
            }
        }

        /// A part of a user's history, newest first; those made at the same moment by their ids, so that pages neither
        /// repeat nor leave out any.
        package func list(of user: User.ID, includingDiscarded: Bool = false, _ page: Page) async throws -> [Email] {
            let condition: SQL = includingDiscarded ? "" : "AND displayed"
            return try await store.rows(
                """
                SELECT \(Email.columns) FROM emails WHERE user_id = \(user) \(condition)
                ORDER BY created_at DESC, id LIMIT \(page.limit) OFFSET \(page.offset)
                """
            ) { row in try Email(row) }
        }

        /// The user's e-mail with this id, also a discarded one; nil when there is none.
        package func find(_ id: Email.ID, of user: User.ID) async throws -> Email? {
            try await store.row("SELECT \(Email.columns) FROM emails WHERE id = \(id) AND user_id = \(user)") { row in
                try Email(row)
            }
        }

        /// Discards the e-mail, or shows it again, and returns it; nil when the user has none with this id. It can be
        /// repeated.
        package func setDisplayed(_ displayed: Bool, _ id: Email.ID, of user: User.ID) async throws -> Email? {
            try await store.row(
                """
                UPDATE emails SET displayed = \(displayed) WHERE id = \(id) AND user_id = \(user)
                RETURNING \(Email.columns)
                """
            ) { row in try Email(row) }
        }

        /// How long the user's history is.
        package func counts(of user: User.ID) async throws -> Email.Counts {
            let counts = try await store.row(
                """
                SELECT count(*) FILTER (WHERE displayed), count(*) FILTER (WHERE NOT displayed)
                FROM emails WHERE user_id = \(user)
                """
            ) { row in Email.Counts(displayed: try row.decode(0), discarded: try row.decode(1)) }
            return counts ?? Email.Counts(displayed: 0, discarded: 0)
        }
    }

    /// Runs `body`, which stores `draft`, and tells what is wrong with that.
    func storing<R>(_ draft: Email.Draft, _ body: () async throws -> R) async throws -> R {
        try draft.message.check(.emailMessage)
        if draft.metadata.text.utf8.contains(0) { throw StoreError.zeroCharacter(.metadata) }
        do {
            return try await body()
        } catch StoreError.refused(let state, _) where state.isAboutJSON {
            throw StoreError.badJSON(.metadata)
        }
    }
}

extension SQLState {
    /// Whether the server says this of text that it cannot read as `jsonb`.
    fileprivate var isAboutJSON: Bool {
        [.invalidTextRepresentation, .untranslatableCharacter, .numericValueOutOfRange].contains(self)
            || self.is(in: .programLimitExceeded)
    }
}
