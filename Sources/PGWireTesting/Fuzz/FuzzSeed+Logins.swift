import PGWire

/// Logins by every method.
extension FuzzSeed {
    private static let rest: [WireMessage] = Array(WireMessage.greeting.dropFirst())

    static let logins: [FuzzSeed] = {
        let salt: [UInt8] = [1, 2, 3, 4]
        let question = Array(
            #"{"status":"invalid_token","openid-configuration":"https://i/.well-known/o","scope":"a"}"#.utf8)
        let refused = WireMessage.errorResponse("28P01", "password authentication failed", severity: "FATAL")
        let newKey: [WireMessage] = [.backendKeyData(secretKey: Array(1...32)), .readyForQuery()]
        return [
            login(FuzzLogin(.none), [.authenticationOk]),
            login(FuzzLogin(.none, versions: 2), [.negotiateProtocolVersion(version: 3 << 16), .authenticationOk]),
            FuzzSeed(FuzzPlan(login: FuzzLogin(.none, versions: 1)), [.authenticationOk] + newKey),
            login(FuzzLogin(.password), [.authenticationCleartextPassword, .authenticationOk]),
            login(FuzzLogin(.passwordOnRequest), [.authenticationCleartextPassword, .authenticationOk]),
            login(FuzzLogin(.password), [.authenticationMD5Password(salt: salt), .authenticationOk]),
            FuzzSeed(FuzzPlan(login: FuzzLogin(.password)), [.authenticationMD5Password(salt: salt), refused]),
            login(FuzzLogin(.token, security: 3), [.authenticationSASL(["OAUTHBEARER"]), .authenticationOk]),
            FuzzSeed(
                FuzzPlan(login: FuzzLogin(.tokenOnRequest, security: 3)),
                [.authenticationSASL(["OAUTHBEARER"]), .authenticationSASLContinue(question), refused]),
            FuzzSeed(FuzzPlan(login: FuzzLogin(.none)), [refused]),
        ] + scram
    }()

    private static func login(_ login: FuzzLogin, _ answers: [WireMessage]) -> FuzzSeed {
        FuzzSeed(
            FuzzPlan(login: login, steps: FuzzPlan.steps([.simple(.refuse)])),
            answers + rest + [
                .commandComplete("SET"), .readyForQuery(),
            ])
    }

    /// SCRAM with and without channel binding, and begun early.
    private static let scram: [FuzzSeed] = {
        let plain = ["SCRAM-SHA-256"]
        let both = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]
        return [
            (FuzzLogin(.password), plain), (FuzzLogin(.keys), plain), (FuzzLogin(.passwordOnRequest), plain),
            (FuzzLogin(.password, security: 3), both), (FuzzLogin(.password, security: 3, bindsChannel: true), both),
            (FuzzLogin(.eager), plain), (FuzzLogin(.eager, security: 3), both),
        ].compactMap { (login, mechanisms) -> FuzzSeed? in
            let isBound = mechanisms.count > 1
            guard let answers = conversation(login, mechanisms, FuzzLogin.endpointHash, isBound: isBound) else {
                return nil
            }
            return FuzzSeed.login(login, answers)
        }
    }()

    /// What a server says in SCRAM, which hangs on what the client says.
    private static func conversation(
        _ login: FuzzLogin, _ mechanisms: [String], _ hash: [UInt8], isBound: Bool
    ) -> [WireMessage]? {
        var server = SCRAMServer(
            password: Array(FuzzLogin.password.utf8), salt: FuzzLogin.challenge.salt,
            iterations: FuzzLogin.challenge.iterations, nonce: "server", endpointHash: isBound ? hash : nil)
        var answers: [WireMessage] = [.authenticationSASL(mechanisms)]
        guard let first = said(login, answers).last(where: { $0.type == UInt8(ascii: "p") })?.body,
            let end = first.firstIndex(of: 0), first.count > end + 5
        else { return nil }
        answers.append(.authenticationSASLContinue(server.serverFirst(clientFirst: Array(first[(end + 5)...])).bytes))
        guard let final = said(login, answers).last?.body else { return nil }
        answers.append(.authenticationSASLFinal(server.serverFinal(clientFinal: final).bytes))
        return answers + [.authenticationOk]
    }

    private static func said(_ login: FuzzLogin, _ answers: [WireMessage]) -> [WireMessage] {
        var session = FuzzedSession(FuzzPlan(login: login), keepsOutput: true)
        _ = try? session.play(answers.bytes[...], pieces: .whole)
        var decoder = FrontendDecoder()
        decoder.append(session.written)
        var messages: [WireMessage] = []
        while let message = try? decoder.nextMessage() { messages.append(message) }
        return messages
    }
}
