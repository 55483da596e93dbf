/// Each of these can begin a list of settings, or go on with one: `.role("authenticated").claims(claims)`.
extension TransactionSettings {
    /// The role as which the transaction runs (`SET LOCAL ROLE`). The role that is logged in must be allowed to take it.
    public static func role(_ name: String) -> Self { Self().role(name) }

    /// The claims of a user's token, as JSON in `request.jwt.claims`, where PostgREST and Supabase have them.
    ///
    /// - Parameter claims: what becomes a JSON object: a dictionary or a struct. Check the token's signature before.
    public static func claims<Claims: Encodable>(_ claims: Claims) -> Self { Self().claims(claims) }

    /// The claims of a user's token, as the JSON text that the token holds.
    public static func claims(json: String) -> Self { Self().claims(json: json) }

    /// The schemas in which names without a schema are looked up, in order.
    public static func searchPath(_ schemas: SQLIdentifier...) -> Self { Self().searchPath(schemas) }

    /// Any setting by its name, of the server's or, with a dot in the name, of one's own.
    public static func setting(_ name: String, _ value: String) -> Self { Self().setting(name, value) }

    /// The timeout of the transaction's statements, in place of ``Connection/Configuration/statementTimeout``. `.zero` is none.
    public static func statementTimeout(_ timeout: Duration) -> Self { Self().statementTimeout(timeout) }

    /// How long a statement may wait for a lock (`lock_timeout`). `.zero` is without limit.
    public static func lockTimeout(_ timeout: Duration) -> Self { Self().lockTimeout(timeout) }

    /// How long the transaction may wait for its next statement before the server ends the connection
    /// (`idle_in_transaction_session_timeout`). `.zero` is without limit.
    public static func idleTimeout(_ timeout: Duration) -> Self { Self().idleTimeout(timeout) }

    /// With the role as which the transaction runs; see ``role(_:)-swift.type.method``.
    public func role(_ name: String) -> Self {
        var settings = self
        if name.hasSameBytes(as: "none") {
            // Where the name comes from a token, say, the transaction would run with all that the login may do.
            settings.fail("\"none\" is no role's name: to the server it means the role that is logged in")
        }
        settings.set("role", name)
        return settings
    }

    /// With the claims of a user's token.
    public func claims<Claims: Encodable>(_ claims: Claims) -> Self {
        do {
            return self.claims(json: try JSONText(encoding: claims).text)
        } catch {
            var settings = self
            settings.fail("the claims of type \(Claims.self) cannot be encoded as JSON: \(error)")
            return settings
        }
    }

    /// With the claims of a user's token, as the JSON text that the token holds.
    public func claims(json: String) -> Self {
        var settings = self
        guard json.utf8.first(where: { !$0.isSpace }) == UInt8(ascii: "{") else {
            settings.fail("the claims of the transaction are no JSON object: give a dictionary or a struct")
            return settings
        }
        settings.set("request.jwt.claims", json)
        return settings
    }

    /// With the schemas in which names without a schema are looked up, in order.
    public func searchPath(_ schemas: SQLIdentifier...) -> Self { searchPath(schemas) }

    /// With the schemas in which names without a schema are looked up, in order.
    public func searchPath(_ schemas: [SQLIdentifier]) -> Self {
        var settings = self
        if let problem = schemas.lazy.compactMap(\.problem).first { settings.fail("the search path: \(problem)") }
        settings.set("search_path", schemas.map(\.quoted).joined(separator: ", "))
        return settings
    }

    /// With any setting by its name, of the server's or, with a dot in the name, of one's own.
    public func setting(_ name: String, _ value: String) -> Self {
        var settings = self
        settings.set(name, value)
        return settings
    }

    /// With the timeout of the transaction's statements; the client enforces it, too.
    public func statementTimeout(_ timeout: Duration) -> Self { setting("statement_timeout", timeout) }

    /// With how long a statement may wait for a lock.
    public func lockTimeout(_ timeout: Duration) -> Self { setting("lock_timeout", timeout) }

    /// With how long the transaction may wait for its next statement.
    public func idleTimeout(_ timeout: Duration) -> Self { setting("idle_in_transaction_session_timeout", timeout) }

    private func setting(_ name: String, _ timeout: Duration) -> Self {
        var settings = self
        settings.set(name, timeout)
        return settings
    }
}
