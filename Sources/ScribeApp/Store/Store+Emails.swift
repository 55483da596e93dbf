#if ScribeApp
package import PGWire

extension Store {
    /// The generated e-mails.
    package var emails: Emails { Emails(store: self) }

    /// The table `emails`, as its users see it: another user's e-mail is as absent as none. What the queue makes of its
    /// items is ``Queue/complete(_:with:)``.
    package struct Emails: Sendable {
        let store: Store

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
}
#endif
