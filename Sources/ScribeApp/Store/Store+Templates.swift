#if ScribeApp
package import PGWire

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
            // The update waits for those that count at the same time, and looks at the limit again then.
            let result: Template?? = try await store.row(
                """
                WITH counted AS (
                    UPDATE users SET template_count = template_count + 1
                    WHERE id = \(user) AND template_count < \(limit)
                        AND NOT EXISTS (SELECT FROM templates WHERE id = \(draft.id))
                    RETURNING id
                ), made AS (
                    INSERT INTO templates (id, user_id, pdf_url, template_text, user_instructions)
                    SELECT \(draft.id), id, \(draft.pdfURL)::text, \(draft.templateText)::text,
                        \(draft.userInstructions)::text
                    FROM counted
                    RETURNING \(Template.columns)
                ), template AS (
                    SELECT \(Template.columns) FROM made
                    UNION ALL
                    SELECT \(Template.columns) FROM templates WHERE id = \(draft.id) AND user_id = \(user)
                )
                SELECT template.* FROM users LEFT JOIN template ON true WHERE users.id = \(user)
                """
            ) { row in try row.isNull(0) ? nil : try Template(row) }
            guard let result else { throw StoreError.noSuchUser }
            return result
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
#endif
