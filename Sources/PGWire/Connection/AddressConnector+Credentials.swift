/// What the user's own code is asked for while logging in.
extension AddressConnector {
    func askForPassword() async throws -> Secret? {
        guard let provider = configuration.passwordProvider else { return configuration.password }
        let request = Connection.Configuration.PasswordRequest(
            endpoint: endpoint, user: configuration.user, database: configuration.database ?? configuration.user)
        return try await credential("password", of: "passwordProvider") { try await provider(request) }
            ?? configuration.password
    }

    /// A token by what is configured; nil to ask the server.
    func askForToken() async throws -> Secret? {
        let issuer = configuration.oauth.issuer
        // The issuer may be given as its metadata.
        let ofMetadata = issuer.flatMap(OAuthRefusal.issuer(ofDiscoveryURL:))
        return try await askForToken(
            issuer: ofMetadata ?? issuer, discoveryURL: ofMetadata == nil ? nil : issuer,
            scope: configuration.oauth.scope, isFromServer: false)
    }

    /// A token as the server wants it.
    func askForToken(as refusal: OAuthRefusal) async throws -> Secret {
        let issuer = try refusal.discoveryURL.map(checkedIssuer) ?? configuration.oauth.issuer
        let token = try await askForToken(
            issuer: issuer, discoveryURL: refusal.discoveryURL, scope: configuration.oauth.scope ?? refusal.scope,
            isFromServer: true)
        guard let token else {
            throw PostgresError.connection(.tokenMissing(endpoint, user: configuration.user))
        }
        return token
    }

    /// The issuer of metadata that the server names. Whoever answers in the server's place could name one of his own, and have
    /// the user log in there.
    private func checkedIssuer(_ discoveryURL: String) throws -> String {
        guard let issuer = OAuthRefusal.issuer(ofDiscoveryURL: discoveryURL) else {
            throw PostgresError.connection(
                .loginGivenUp(
                    endpoint, "the server names \(discoveryURL), which is no HTTPS URL of an issuer's metadata"))
        }
        guard let expected = configuration.oauth.issuer, !expected.hasSameBytes(as: issuer),
            !expected.hasSameBytes(as: discoveryURL)
        else {
            return issuer
        }
        throw PostgresError.connection(
            .loginGivenUp(endpoint, "the server wants tokens of \(issuer), and \(expected) is configured as the issuer")
        )
    }

    private func askForToken(
        issuer: String?, discoveryURL: String?, scope: String?, isFromServer: Bool
    ) async throws -> Secret? {
        guard let provider = configuration.oauth.tokenProvider else { return nil }
        let request = Connection.Configuration.TokenRequest(
            endpoint: endpoint, user: configuration.user, database: configuration.database ?? configuration.user,
            issuer: issuer, discoveryURL: discoveryURL, scope: scope, clientID: configuration.oauth.clientID,
            clientSecret: configuration.oauth.clientSecret, isFromServer: isFromServer)
        return try await credential("OAuth token", of: "oauth.tokenProvider") { try await provider(request) }
    }

    /// What a provider gives, within the deadline.
    private func credential<R: Sendable>(
        _ name: String, of provider: String, _ body: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        let result: Result<R, any Error>
        do throws(Transport.Failure) {
            result = try await AwaitedResult.ofTask(until: deadline, body)
        } catch .cancelled {
            throw CancellationError()
        } catch {
            throw PostgresError.connection(.credentialTimedOut(endpoint, name, of: provider, timeout))
        }
        switch result {
        case .success(let value): return value
        case .failure(is CancellationError) where Task.isCancelled: throw CancellationError()
        case .failure(let error):
            throw PostgresError.connection(.credentialUnavailable(endpoint, name, of: provider, "\(error)"))
        }
    }
}
