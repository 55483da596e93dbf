/// The client's messages of the SASL mechanism OAUTHBEARER (RFC 7628, section 3.1; PostgreSQL manual, "OAUTHBEARER
/// Authentication").
package enum OAuthBearer {
    /// The mechanism's name.
    package static let mechanism = "OAUTHBEARER"

    /// The first message, with the token; without one it asks the server where tokens come from.
    ///
    /// - Returns: nil when the token is none that can be sent (RFC 6750, section 2.1: `b64token`).
    package static func initialResponse(token: String?) -> [UInt8]? {
        guard let token else { return message("") }
        return isValid(token) ? message("Bearer \(token)") : nil
    }

    /// What the client answers to the server's error, so that the server can end the exchange (RFC 7628, section 3.2.3).
    package static let errorAcknowledgement: [UInt8] = [1]

    /// The user name is empty: PostgreSQL takes it from the startup message. The parts end by bytes of value 1.
    private static func message(_ authorization: String) -> [UInt8] {
        Array("n,,\u{01}auth=\(authorization)\u{01}\u{01}".utf8)
    }

    private static func isValid(_ token: String) -> Bool {
        let body = token.utf8.prefix { $0 != UInt8(ascii: "=") }
        return !body.isEmpty && body.allSatisfy(isTokenCharacter)
            && token.utf8[body.endIndex...].allSatisfy { $0 == UInt8(ascii: "=") }
    }

    private static func isTokenCharacter(_ character: UInt8) -> Bool {
        Base64.value(of: character) != nil || "-._~".utf8.contains(character)
    }
}

/// The server's error of OAUTHBEARER (RFC 7628, section 3.2.2): why it does not take the token, and where others come from.
package struct OAuthRefusal: Error, Sendable, Hashable {
    /// Such as `invalid_token`.
    package var status: String
    /// Which rights a token must give.
    package var scope: String?
    /// The URL of the issuer's metadata.
    package var discoveryURL: String?

    /// - Returns: nil unless the text is a JSON object with these members as strings; others are passed over.
    package init?(_ json: [UInt8]) {
        guard var reader = JSONReader(json), let members = reader.readStringMembers(),
            let status = members["status"], !status.isEmpty
        else { return nil }
        self.status = status
        scope = members["scope"]
        discoveryURL = members["openid-configuration"]
    }

    /// The issuer to which a metadata URL belongs: without its well-known part (OpenID Connect Discovery 1.0, section 4.1;
    /// RFC 8414, section 3). Nil when it is no such URL, or not by HTTPS.
    package static func issuer(ofDiscoveryURL url: String) -> String? {
        let bytes = Array(url.utf8)
        let scheme = Array("https://".utf8)
        guard bytes.starts(with: scheme), bytes.count > scheme.count,
            !bytes.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") })
        else { return nil }
        let marker = Array("/.well-known/".utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: marker) }), start > scheme.count else {
            return nil
        }
        let rest = bytes[(start + marker.count)...]
        for suffix in ["openid-configuration", "oauth-authorization-server"].map({ Array($0.utf8) })
        where rest.starts(with: suffix) {
            let path = rest.dropFirst(suffix.count)
            guard path.isEmpty || path.first == UInt8(ascii: "/") else { return nil }
            return String(decoding: bytes[..<start] + path, as: UTF8.self)
        }
        return nil
    }
}
