extension ConnectionPool {
    /// What is done with a pool's connections beside lending them. The task that borrows does it, so it gets the errors and its
    /// cancellation counts.
    ///
    /// ```swift
    /// var hooks = ConnectionPool.Hooks()
    /// hooks.statements = ["SET work_mem = '64MB'", "SET app.name = 'billing'"]
    /// let pool = ConnectionPool(configuration, hooks: hooks)
    /// ```
    public struct Hooks: Sendable {
        /// Statements that each new connection runs, in one round trip, before ``afterConnecting``. When one fails, the connection is
        /// closed, and the borrower gets the error.
        ///
        /// With ``ConnectionPool/Reset/discardAll`` they are run again after each reset, which undoes what they have set.
        public var statements: [SQL] = []
        /// Called with each new connection before it is lent for the first time. What it throws the borrower gets, and the connection
        /// is closed.
        public var afterConnecting: (@Sendable (Connection) async throws -> Void)?
        /// Called with a connection before it is lent, each time. False has it closed, and another one take its place; what it
        /// throws the borrower gets, and the connection is closed.
        public var beforeLending: (@Sendable (Connection) async throws -> Bool)?

        /// Nothing is done.
        public init() {}

        /// Makes a new connection ready.
        func prepare(_ connection: Connection) async throws {
            try await runStatements(connection)
            try connection.checkAfterHook("statements")
            guard let afterConnecting else { return }
            try await afterConnecting(connection)
            try connection.checkAfterHook("afterConnecting")
        }

        func runStatements(_ connection: Connection) async throws {
            guard !statements.isEmpty else { return }
            _ = try await connection.pipeline { p in try statements.map { try p.execute($0) } }
        }
    }
}
