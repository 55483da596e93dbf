extension Connection.Configuration {
    /// What the login is made of, besides the password: SCRAM's keys, OAuth, the versions of the protocol.
    mutating func readLogin(_ reader: inout ParameterReader) {
        scramKeys = reader.scramKeys()
        oauth.issuer = reader.text(.oauthIssuer)
        oauth.clientID = reader.text(.oauthClientID)
        oauth.clientSecret = reader.secret(.oauthClientSecret)
        oauth.scope = reader.text(.oauthScope)
        minimumProtocolVersion = reader.protocolVersion(.minProtocolVersion) ?? .v30
        maximumProtocolVersion = reader.protocolVersion(.maxProtocolVersion)
        if let maximum = maximumProtocolVersion, maximum < minimumProtocolVersion {
            reader.add("min_protocol_version is newer than max_protocol_version")
        }
    }
}

extension ParameterReader {
    /// The keys of `scram_client_key` and `scram_server_key`. With one alone a login cannot be complete.
    fileprivate mutating func scramKeys() -> SCRAMKeys? {
        let client = scramKey(.scramClientKey)
        let server = scramKey(.scramServerKey)
        if let client, let server { return SCRAMKeys(clientKey: client, serverKey: server) }
        if (text(.scramClientKey) == nil) != (text(.scramServerKey) == nil) {
            add("scram_client_key and scram_server_key are only of use together: give both, or neither")
        }
        return nil
    }

    private mutating func scramKey(_ keyword: ConnectionKeyword) -> [UInt8]? {
        guard let text = text(keyword) else { return nil }
        if let key = Base64.decode(text.utf8), key.count == SHA256.digestLength { return key }
        reject(keyword, expected: "the base64 of 32 bytes")
        return nil
    }

    fileprivate mutating func protocolVersion(_ keyword: ConnectionKeyword) -> ProtocolVersion? {
        guard isGiven(keyword) else { return nil }
        let text = text(keyword) ?? ""
        if let version = text == "latest" ? .latest : ProtocolVersion(rawValue: text) { return version }
        reject(keyword, expected: "3.0, 3.2 or latest")
        return nil
    }
}
