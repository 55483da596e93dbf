import PGSchemaComparison
import PGWire

extension Store {
    /// The templates.
    package var templates: Templates { Templates(store: self) }

    /// The table `templates`.
    package struct Templates: Sendable {
        let store: Store

        /// Stores a template and counts it; nil when the user has made `limit` of them, however many ask at once. A draft
        /// that is there already is returned and not counted again.
        ///
        /// - Throws: ``StoreError/noSuchUser``; ``StoreError`` for texts that do not fit.
        package func insert(_ draft: Template.Draft, for user: User.ID, limit: Int) async throws -> Template? {
            try draft.pdfURL.check(.pdfURL)
            try draft.templateText.check(.templateText)
            try draft.userInstructions.check(.userInstructions)
            // The lock waits for those that count at the same time, and then reads what they have counted.
            let sql: SQL = """
                WITH owner AS (
                    SELECT id, template_count FROM users WHERE id = \(user) FOR NO KEY UPDATE
                ), made AS (
                    INSERT INTO templates (id, user_id, pdf_url, template_text, user_instructions)
                    SELECT \(draft.id), id, \(draft.pdfURL)::text, \(draft.templateText)::text,
                        \(draft.userInstructions)::text
                    FROM owner WHERE template_count < \(limit)
                    ON CONFLICT (id) DO NOTHING
                    RETURNING \(Template.columns)
                ), counted AS (
                    UPDATE users SET template_count = template_count + 1 FROM made WHERE users.id = made.user_id
                )
                SELECT made.* FROM owner LEFT JOIN made ON true
                """
            return try await store.session { store in
                let made: Template?? = try await store.row(sql) { row in try row.isNull(0) ? nil : try Template(row) }
                guard let made else { throw StoreError.noSuchUser }
                if let made { return made }
                // Perhaps it was met: this statement sees it also when another session has only just stored it.
                return try await store.templates.find(draft.id, of: user)
            }
        }

        /// A part of a user's templates, newest first.
        package func list(of user: User.ID, _ page: Page) async throws -> [Template] {
            try await store.rows(
                """
                SELECT \(Template.columns) FROM templates WHERE user_id = \(user)
                ORDER BY created_at DESC, id LIMIT \(page.limit) OFFSET \(page.offset)
                """
            ) { row in try Template(row) }
        }

        /// The user's template with this id; nil when there is none.
        package func find(_ id: Template.ID, of user: User.ID) async throws -> Template? {
            try await store.row("SELECT \(Template.columns) FROM templates WHERE id = \(id) AND user_id = \(user)") {
                row in
                try Template(row)
            }
        }
    }
}
