extension Connection.Configuration {
    /// What a password is asked for, see ``passwordProvider``.
    public struct PasswordRequest: Sendable, Hashable {
        /// The server that demands it.
        public var endpoint: Endpoint
        /// The role to log in as.
        public var user: String
        /// The database to connect to.
        public var database: String

        /// A request, as for tests of a provider.
        public init(endpoint: Endpoint, user: String, database: String) {
            self.endpoint = endpoint
            self.user = user
            self.database = database
        }
    }

    /// Tokens for OAUTHBEARER, which PostgreSQL 18 asks for where `pg_hba.conf` says `oauth` (manual: "OAuth
    /// Authorization/Authentication").
    ///
    /// A token goes out only on connections that nobody can eavesdrop on: see
    /// ``AuthenticationPolicy/keepsTokensPrivate``.
    public struct OAuth: Sendable {
        /// The issuer that tokens come from, an HTTPS URL (libpq's `oauth_issuer`). The server may not name another one.
        /// It may be the URL of the issuer's metadata, with `/.well-known/`, in which case the server must name just that.
        public var issuer: String?
        /// The identifier by which the issuer knows this client (libpq's `oauth_client_id`); for the provider only.
        public var clientID: String?
        /// The client's password at the issuer (libpq's `oauth_client_secret`); for the provider only.
        public var clientSecret: Secret?
        /// The rights that a token is to give, instead of those that the server names (libpq's `oauth_scope`).
        public var scope: String?
        /// Asked for a token, anew for each attempt to connect, within ``Connection/Configuration/connectTimeout``. Its task
        /// is cancelled with the call, and what it throws ends the login as
        /// ``ConnectionError/Reason/credentialUnavailable``.
        ///
        /// It is asked once the server demands a token, first with what is configured. If it returns nil, the server is
        /// asked which issuer and scope it wants, which takes a connection of its own, and the provider once more, with
        /// them. A second nil ends the login.
        public var tokenProvider: (@Sendable (TokenRequest) async throws -> Secret?)?

        /// Tokens from this provider; without one there are none.
        public init(
            issuer: String? = nil, tokenProvider: (@Sendable (TokenRequest) async throws -> Secret?)? = nil
        ) {
            self.issuer = issuer
            self.tokenProvider = tokenProvider
        }
    }

    /// What a token is asked for, see ``OAuth/tokenProvider``.
    public struct TokenRequest: Sendable, Hashable {
        /// The server that demands it.
        public var endpoint: Endpoint
        /// The role to log in as.
        public var user: String
        /// The database to connect to.
        public var database: String
        /// The issuer, as configured or as the server says; nil when neither does.
        public var issuer: String?
        /// The URL of the issuer's metadata (`…/.well-known/openid-configuration`); nil when it is not known.
        public var discoveryURL: String?
        /// The rights that the token is to give.
        public var scope: String?
        /// As configured.
        public var clientID: String?
        /// As configured.
        public var clientSecret: Secret?
        /// Whether the server was asked, and this is all that there is to know.
        public var isFromServer: Bool

        /// A request, as for tests of a provider.
        public init(
            endpoint: Endpoint, user: String, database: String, issuer: String? = nil, discoveryURL: String? = nil,
            scope: String? = nil, clientID: String? = nil, clientSecret: Secret? = nil, isFromServer: Bool = false
        ) {
            self.endpoint = endpoint
            self.user = user
            self.database = database
            self.issuer = issuer
            self.discoveryURL = discoveryURL
            self.scope = scope
            self.clientID = clientID
            self.clientSecret = clientSecret
            self.isFromServer = isFromServer
        }
    }

    /// Whether there is something that proves to the client that the server is the right one, once it asks for it.
    var hasPassword: Bool { password != nil || passwordProvider != nil || scramKeys != nil }
}
