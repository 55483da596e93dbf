import PGWire

extension Store {
    /// The accounts.
    package var users: Users { Users(store: self) }

    /// The table `users`.
    package struct Users: Sendable {
        let store: Store

        /// The user with this id, who is made if there is none; an existing one is not changed. Asked for by several at
        /// once, all get the same user and one of them `isNew`. It can be asked for again at any time.
        ///
        /// - Throws: ``StoreError/emailTaken`` when another id has the address; ``StoreError`` for texts that do not fit.
        package func initialize(
            _ id: User.ID, email: String, displayName: String?
        ) async throws -> (user: User, isNew: Bool) {
            try email.check(.email)
            try displayName?.check(.displayName)
            // Without a conflict target: then none of the unique indexes makes the insert fail, whichever another session's
            // row is met in first. What the insert met may be newer than what the statement sees; the next one sees it.
            let sql: SQL = """
                WITH made AS (
                    INSERT INTO users (id, email, display_name, generation_count, template_count)
                    VALUES (\(id), \(email), \(displayName), 0, 0)
                    ON CONFLICT DO NOTHING
                    RETURNING \(User.columns)
                )
                SELECT \(User.columns), true FROM made
                UNION ALL
                SELECT \(User.columns), false FROM users WHERE id = \(id)
                """
            return try await store.session { store in
                for _ in 1...3 {
                    let found = try await store.row(sql) { row in
                        (user: try User(row), isNew: try row.decode(8, as: Bool.self))
                    }
                    if let found { return found }
                }
                throw StoreError.emailTaken
            }
        }

        /// The user with this id; nil when there is none.
        package func find(_ id: User.ID) async throws -> User? {
            try await store.row("SELECT \(User.columns) FROM users WHERE id = \(id)") { row in try User(row) }
        }

        /// Notes that the user has seen the welcome screen, and returns the user; nil when there is none. It can be
        /// repeated.
        package func setOnboarded(_ id: User.ID) async throws -> User? {
            try await update(id, "onboarded = true")
        }

        /// Keeps the user's template exactly as it is, and returns the user; nil when there is none. It can be repeated.
        package func setEmailTemplate(_ template: String, of id: User.ID) async throws -> User? {
            try template.check(.emailTemplate)
            return try await update(id, "email_template = \(template)")
        }

        private func update(_ id: User.ID, _ change: SQL) async throws -> User? {
            try await store.row("UPDATE users SET \(change) WHERE id = \(id) RETURNING \(User.columns)") { row in
                try User(row)
            }
        }
    }
}
