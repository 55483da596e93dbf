import PGWire
import PGWireTesting
import Testing

/// Whole exchanges, read as a transcript: client says, server says.
@Suite struct AuthenticationSCRAMTests {
    /// RFC 7677, section 3. Its user name is "user"; ours is always empty, so the exchange goes to the double and the
    /// keys, and the client's own transcript follows below.
    @Test func publishedExchange() {
        var server = SCRAMServer(
            password: Array("pencil".utf8), salt: Base64.decode("W22ZaJ0SNY7soEsUEjb6gQ==".utf8) ?? [],
            iterations: 4096, nonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")
        let clientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
        let serverFirst =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
        let clientFinal =
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        let serverFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
        #expect(server.serverFirst(clientFirst: Array(clientFirst.utf8)) == .message(Array(serverFirst.utf8)))
        #expect(server.serverFinal(clientFinal: Array(clientFinal.utf8)) == .message(Array(serverFinal.utf8)))

        let keys = Self.keys(salt: Base64.decode("W22ZaJ0SNY7soEsUEjb6gQ==".utf8) ?? [], iterations: 4096)
        let message = Array("n=user,r=rOprNGfwEbeRWgbNEkqO,\(serverFirst),\(clientFinal.prefix(59))".utf8)
        #expect(
            Base64.encode(keys.clientProof(of: message)) == Array("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=".utf8))
        #expect(Base64.encode(keys.serverSignature(of: message)) == Array(serverFinal.utf8.dropFirst(2)))
    }

    /// The same numbers with an empty user name, computed with Python's hashlib.
    @Test func clientTranscript() throws {
        var client = SCRAMClient(nonce: "rOprNGfwEbeRWgbNEkqO", channelBinding: .unsupported)
        #expect(client.clientFirst() == Array("n,,n=,r=rOprNGfwEbeRWgbNEkqO".utf8))
        let challenge = try client.receiveServerFirst(
            Array("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096".utf8),
            maximumIterations: 4096)
        let clientFinal = try client.clientFinal(
            keys: Self.keys(salt: challenge.salt, iterations: challenge.iterations))
        #expect(
            String(decoding: clientFinal, as: UTF8.self)
                == "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=qvT2SWdEH5Q06albL+hjSYuUhCG7VndFyzIb7CK4n9k="
        )
        let before = client.isVerified
        try client.receiveServerFinal(Array("v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=".utf8))
        let after = client.isVerified
        #expect(!before && after)
    }

    @Test(
        arguments: [
            (SCRAMChannelBinding.unsupported, nil), (.unsupported, [9]), (.notOffered, nil),
            (.tlsServerEndPoint([1, 2, 3]), [1, 2, 3]),
        ] as [(SCRAMChannelBinding, [UInt8]?)],
        ["pencil", "", "I\u{ad}X", "pässwörd", "\u{1f600}"])
    func roundTrip(binding: (SCRAMChannelBinding, [UInt8]?), password: String) throws {
        var random = RandomDigestInput.printingItsSeed(for: "roundTrip")
        let nonce = SCRAMClient.randomNonce(using: &random)
        #expect(nonce.utf8.count == 24)
        var client = SCRAMClient(nonce: nonce, channelBinding: binding.0)
        var server = SCRAMServer(
            password: Array(password.utf8), salt: random.bytes(upTo: 20) + [0], iterations: 3, nonce: "server",
            endpointHash: binding.1)
        let challenge = try client.receiveServerFirst(
            server.serverFirst(clientFirst: client.clientFirst()).bytes, maximumIterations: 3)
        let keys = Self.keys(password: password, salt: challenge.salt, iterations: challenge.iterations)
        let serverFinal = server.serverFinal(clientFinal: try client.clientFinal(keys: keys))
        try client.receiveServerFinal(serverFinal.bytes)
        let isVerified = client.isVerified
        #expect(isVerified)
    }

    @Test("the double refuses what PostgreSQL refuses") func doubleRefusals() throws {
        #expect(try Self.exchange(.unsupported, clientPassword: "wrong") == .refusedByServer(reason: "invalid-proof"))
        #expect(
            try Self.exchange(.notOffered, serverHash: [1])
                == .refusedByServer(reason: "server-does-support-channel-binding"))
        #expect(
            try Self.exchange(.tlsServerEndPoint([1]))
                == .refusedByServer(reason: "channel-binding-not-supported"))
        #expect(
            try Self.exchange(.tlsServerEndPoint([1]), serverHash: [2])
                == .refusedByServer(reason: "channel-bindings-dont-match"))
        #expect(try Self.exchange(.tlsServerEndPoint([1]), serverHash: [1]) == nil)
    }

    @Test(
        "the double refuses malformed messages",
        arguments: [
            "", "n", "n,,", "n,,n=", "n,,r=abc", "n,a=admin,n=,r=abc", "x,,n=,r=abc", "p=tls-unique,,n=,r=abc",
            "n,,m=x,n=,r=abc", "n,,n=,r=", "n,,n=,r=a b",
        ])
    func doubleRefusesMalformed(clientFirst: String) {
        var server = SCRAMServer(password: [], salt: [1], iterations: 1, nonce: "s")
        let reply = server.serverFirst(clientFirst: Array(clientFirst.utf8))
        guard case .refused = reply else { return #expect(Bool(false), "\(reply)") }
        #expect(
            server.serverFinal(clientFinal: Array("c=biws,r=abcs,p=AAAA".utf8))
                == .refused(Array("e=invalid-encoding".utf8)))
    }

    @Test("the double takes one client-final-message, with its own nonce") func doubleChecksTheNonce() throws {
        let keys = Self.keys(salt: [1], iterations: 1)
        for (nonce, accepted) in [("abcs", true), ("abcX", false), ("abc", false)] {
            var server = SCRAMServer(password: Array("pencil".utf8), salt: [1], iterations: 1, nonce: "s")
            let first = server.serverFirst(clientFirst: Array("n,,n=,r=abc".utf8)).bytes
            let withoutProof = Array("c=biws,r=\(nonce)".utf8)
            let message = Array("n=,r=abc,".utf8) + first + Array(",".utf8) + withoutProof
            let final = withoutProof + Array(",p=".utf8) + Base64.encode(keys.clientProof(of: message))
            let reply = server.serverFinal(clientFinal: final)
            #expect(reply.bytes.starts(with: accepted ? "v=".utf8 : "e=other-error".utf8))
            #expect(server.serverFinal(clientFinal: final) == .refused(Array("e=invalid-encoding".utf8)))
        }
    }

    @Test func keysDoNotShowThemselves() {
        let keys = Self.keys(salt: [1], iterations: 1)
        var dumped = ""
        dump(keys, to: &dumped)
        #expect("\(keys)" == "SCRAMKeys(redacted)")
        #expect(String(reflecting: keys) == "SCRAMKeys(redacted)")
        #expect(!dumped.contains("Key:") && !dumped.contains("elements"), "\(dumped)")
    }

    @Test func comparisonOfSecrets() {
        #expect(ConstantTimeComparison.areEqual([], []))
        #expect(ConstantTimeComparison.areEqual([1, 2, 3], [1, 2, 3]))
        #expect(!ConstantTimeComparison.areEqual([1, 2, 3], [0, 2, 3]))
        #expect(!ConstantTimeComparison.areEqual([1, 2, 3], [1, 2, 2]))
        #expect(!ConstantTimeComparison.areEqual([1, 2, 3], [1, 2]))
        // Differences that would cancel each other out if they were added or xored up.
        #expect(!ConstantTimeComparison.areEqual([1, 1], [0, 0]))
    }

    static func keys(password: String = "pencil", salt: [UInt8], iterations: Int) -> SCRAMKeys {
        let prepared = SASLprep.passwordBytes(Array(password.utf8))
        return SCRAMKeys(saltedPassword: PBKDF2(password: prepared, salt: salt, iterations: iterations).result)
    }

    /// What the client makes of an exchange with the double, whose password is "pencil".
    private static func exchange(
        _ binding: SCRAMChannelBinding, clientPassword: String = "pencil", serverHash: [UInt8]? = nil
    ) throws -> SCRAMFailure? {
        var client = SCRAMClient(nonce: "client", channelBinding: binding)
        var server = SCRAMServer(
            password: Array("pencil".utf8), salt: [1], iterations: 1, nonce: "server", endpointHash: serverHash)
        do throws(SCRAMFailure) {
            let challenge = try client.receiveServerFirst(
                server.serverFirst(clientFirst: client.clientFirst()).bytes, maximumIterations: 10)
            let keys = keys(password: clientPassword, salt: challenge.salt, iterations: challenge.iterations)
            try client.receiveServerFinal(server.serverFinal(clientFinal: try client.clientFinal(keys: keys)).bytes)
            return nil
        } catch {
            return error
        }
    }
}
