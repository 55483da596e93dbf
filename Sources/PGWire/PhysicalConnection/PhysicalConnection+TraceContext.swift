/// The trace context that travels with statements, as the timeout does.
extension PhysicalConnection {
    /// Sets the trace context for the statement that comes next, where it is not set already: for its transaction, so that nothing is
    /// left behind. Nothing is set where nothing may come before the statement.
    @inline(never)
    func addTraceContext(before sql: SQL) throws(PostgresError) {
        guard !session.isBlockFailed else { return }
        guard !sql.needsOwnBatch else {
            // Should it open a block, nothing is set there.
            if case .idle = session.transactionStatus { noteNoTraceContext() }
            return
        }
        try addTraceContext()
    }

    /// Notes that none is set in the block that begins.
    func noteNoTraceContext() { blockTraceContext = noTraceContext }

    /// ``addTraceContext(before:)``, whatever comes next.
    func addTraceContext() throws(PostgresError) {
        guard let (name, value) = traceContextToSet() else { return }
        var parameters = Parameters()
        try parameters.append(SettingText(text: name))
        try parameters.append(SettingText(text: value))
        try addInternal("SELECT pg_catalog.set_config($1, $2, true)", parameters)
    }

    /// The same as text, for what goes by the simple protocol; empty when there is nothing to set.
    func traceContextCommand() -> String {
        guard !session.isBlockFailed, let (name, value) = traceContextToSet() else { return "" }
        return "SELECT pg_catalog.set_config(\(name.asEscapeLiteral), \(value.asEscapeLiteral), true); "
    }

    /// What the setting is where there is no context.
    private var noTraceContext: String {
        configuration.traceContext?.setting == "application_name" ? configuration.applicationName : ""
    }

    /// The setting and its value; nil when the one in force is right.
    ///
    /// In a transaction block it lasts until the block ends, so that a statement of another context, or of none, has to change it.
    private func traceContextToSet() -> (name: String, value: String)? {
        guard let context = configuration.traceContext else { return nil }
        let value = (observation?.traceContext ?? context.current()).flatMap(context.value)
        let isSet =
            if case .idle = session.transactionStatus { value == nil } else {
                value ?? noTraceContext == blockTraceContext
            }
        // Should the statement open a block, it lasts in it.
        blockTraceContext = value ?? noTraceContext
        return isSet ? nil : (context.setting, value ?? noTraceContext)
    }
}
