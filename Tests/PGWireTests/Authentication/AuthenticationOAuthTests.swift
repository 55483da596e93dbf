import PGWire
import Testing

/// OAUTHBEARER's messages, without a server.
@Suite struct AuthenticationOAuthTests {
    @Test func firstMessage() throws {
        #expect(OAuthBearer.initialResponse(token: nil) == Array("n,,\u{01}auth=\u{01}\u{01}".utf8))
        let token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
        #expect(
            OAuthBearer.initialResponse(token: token) == Array("n,,\u{01}auth=Bearer \(token)\u{01}\u{01}".utf8))
        for token in ["a", "A.b_c~d+e/f-0", "a=", "a=="] {
            #expect(OAuthBearer.initialResponse(token: token) != nil)
        }
        for token in ["", "=", "a b", "a\n", "a\0", "a,b", "ä", "a=b", "a\u{01}", "\u{01}\u{01}"] {
            #expect(OAuthBearer.initialResponse(token: token) == nil, "\(token.debugDescription)")
        }
    }

    @Test func theServersError() throws {
        let text = """
             {"status" : "invalid_token", "scope":"openid \\u0061\\ud83d\\ude00", "x": [1, {"status": "no"}, null, -1.5e+3],
             "openid-configuration":"https:\\/\\/a.example/.well-known/openid-configuration", "status": "second"}
            """
        let refusal = try #require(OAuthRefusal(Array(text.utf8)))
        #expect(refusal.status == "invalid_token" && refusal.scope == "openid a😀")
        #expect(refusal.discoveryURL == "https://a.example/.well-known/openid-configuration")
        let short = try #require(OAuthRefusal(Array("{\"status\":\"x\"}".utf8)))
        #expect(short.scope == nil && short.discoveryURL == nil)
    }

    @Test(arguments: [
        "", "{", "{}", "[]", "null", "\"status\"", "{\"status\":1}", "{\"status\":\"\"}", "{\"status\":\"x\"",
        "{\"status\":\"x\"}}",
        "{\"status\":\"x\",}", "{\"status\":\"x\" \"y\":1}", "{status:\"x\"}", "{\"status\":\"x\\q\"}",
        "{\"status\":\"x\\u12\"}",
        "{\"status\":\"\\ud83d\"}", "{\"status\":\"\\ude00\"}", "{\"status\":\"\\ud83d\\u0061\"}",
        "{\"status\":\"a\nb\"}",
        "{\"status\":\"x\",\"y\":tru}", "{\"status\":\"x\",\"y\":[1,]}", "{\"status\":\"x\"} x", "{\"status\":\"x",
        "{\"status\":\"x\\", "{\"status\":\"x\",\"y\":}", "{\"status\"}", "{\"status\":\"x\",\"y\":+1}",
    ])
    func whatIsNone(_ text: String) {
        #expect(OAuthRefusal(Array(text.utf8)) == nil)
    }

    /// Whatever comes, reading it ends; nesting is bounded.
    @Test func hostileText() {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(OAuthRefusal(Array("{\"status\":\"x\",\"y\":\(deep)".utf8)) == nil)
        #expect(OAuthRefusal([0x7B, 0xFF, 0x7D]) == nil)
        let text = Array("{\"status\":\"x\\u0041\",\"y\":[1,{\"z\":\"\\ud83d\\ude00\"}]}".utf8)
        #expect(OAuthRefusal(text) != nil)
        for count in 0..<text.count { #expect(OAuthRefusal(Array(text[..<count])) == nil) }
        for index in text.indices {
            for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x7D, 0x80, 0xFF] {
                var changed = text
                changed[index] = byte
                _ = OAuthRefusal(changed)
            }
        }
    }

    @Test(
        arguments: [
            ("https://a.example/.well-known/openid-configuration", "https://a.example"),
            ("https://a.example/.well-known/oauth-authorization-server", "https://a.example"),
            ("https://a.example/.well-known/oauth-authorization-server/tenant/1", "https://a.example/tenant/1"),
            ("https://a.example:8443/tenant/.well-known/openid-configuration", "https://a.example:8443/tenant"),
            ("http://a.example/.well-known/openid-configuration", nil), ("https://a.example", nil),
            ("https:///.well-known/openid-configuration", nil), ("https://a.example/.well-known/other", nil),
            ("https://a.example/.well-known/openid-configuration-x", nil), ("", nil), ("https://", nil),
            ("https://a.example/.well-known/openid-configuration?x=y", nil),
            ("https://a.example/#/.well-known/openid-configuration", nil),
        ] as [(String, String?)])
    func issuers(_ url: String, _ issuer: String?) {
        #expect(OAuthRefusal.issuer(ofDiscoveryURL: url) == issuer)
    }
}
