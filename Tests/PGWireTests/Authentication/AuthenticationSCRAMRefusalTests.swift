import PGWire
import Testing

/// The server is not trusted: every way in which it can be wrong ends the exchange.
@Suite struct AuthenticationSCRAMRefusalTests {
    @Test(
        arguments: [
            ("", .malformedServerFirst), (",", .malformedServerFirst), ("nonsense", .malformedServerFirst),
            ("r=clientX", .malformedServerFirst), ("r=clientX,s=AQ==", .malformedServerFirst),
            ("s=AQ==,r=clientX,i=1", .malformedServerFirst), ("r=clientX,i=1,s=AQ==", .malformedServerFirst),
            ("r=clientX,s=AQ==,i=1,", .malformedServerFirst), (",r=clientX,s=AQ==,i=1", .malformedServerFirst),
            ("r=clientX,s=AQ==,i=1,x=", .malformedServerFirst), ("r=clientX,s=AQ==,i=1,1=a", .malformedServerFirst),
            ("r=clientX,s=AQ==,i=1,i=2", .malformedServerFirst), ("r=clientX,s=AQ==,i=1,v=AQ==", .malformedServerFirst),
            ("r=clientX,s=AQ==,i=1,x=\u{0}", .malformedServerFirst), ("rr=clientX,s=AQ==,i=1", .malformedServerFirst),
            ("r=clientX,s=AQ==,i=1,é=1", .malformedServerFirst),
            ("m=x,r=clientX,s=AQ==,i=1", .mandatoryExtension), ("r=clientX,s=AQ==,i=1,m=x", .mandatoryExtension),
            ("r=client,s=AQ==,i=1", .nonceMismatch), ("r=,s=AQ==,i=1", .nonceMismatch),
            ("r=clien,s=AQ==,i=1", .nonceMismatch), ("r=Xclient,s=AQ==,i=1", .nonceMismatch),
            ("r=CLIENTX,s=AQ==,i=1", .nonceMismatch), ("r=client X,s=AQ==,i=1", .nonceMismatch),
            ("r=clientX\u{7f},s=AQ==,i=1", .nonceMismatch), ("r=clienté,s=AQ==,i=1", .nonceMismatch),
            ("r=clientX,s=,i=1", .invalidSalt), ("r=clientX,s=AQ,i=1", .invalidSalt),
            ("r=clientX,s=AR==,i=1", .invalidSalt), ("r=clientX,s=A Q=,i=1", .invalidSalt),
            ("r=clientX,s=====,i=1", .invalidSalt),
            ("r=clientX,s=AQ==,i=", .invalidIterationCount), ("r=clientX,s=AQ==,i=0", .invalidIterationCount),
            ("r=clientX,s=AQ==,i=-1", .invalidIterationCount), ("r=clientX,s=AQ==,i=+1", .invalidIterationCount),
            ("r=clientX,s=AQ==,i=01", .invalidIterationCount), ("r=clientX,s=AQ==,i=1x", .invalidIterationCount),
            ("r=clientX,s=AQ==,i=١", .invalidIterationCount), ("r=clientX,s=AQ==,i=0x10", .invalidIterationCount),
            ("r=clientX,s=AQ==,i=100001", .tooManyIterations(requested: 100_001, maximum: 100_000)),
            ("r=clientX,s=AQ==,i=2000000000", .tooManyIterations(requested: 2_000_000_000, maximum: 100_000)),
            (
                "r=clientX,s=AQ==,i=99999999999999999999999",
                .tooManyIterations(requested: .max, maximum: 100_000)
            ),
            ("e=unknown-user", .refusedByServer(reason: "unknown-user")),
            // `e=` is looked at first, whatever follows it.
            ("e=other-error,m=x,r=clientX", .refusedByServer(reason: "other-error")),
            ("e=", .malformedServerFirst), ("e=a b", .malformedServerFirst), ("e=\u{1b}[31m", .malformedServerFirst),
        ] as [(String, SCRAMFailure)])
    func serverFirst(message: String, failure: SCRAMFailure) {
        var client = SCRAMClient(nonce: "client", channelBinding: .unsupported)
        _ = client.clientFirst()
        let thrown = caught { () throws(SCRAMFailure) in
            _ = try client.receiveServerFirst(Array(message.utf8), maximumIterations: 100_000)
        }
        #expect(thrown == failure)
        // Nothing brings a failed exchange back, a right message least of all.
        let again = caught { () throws(SCRAMFailure) in
            _ = try client.receiveServerFirst(Array("r=clientX,s=AQ==,i=1".utf8), maximumIterations: 1)
        }
        #expect(again == .outOfOrder)
    }

    @Test func serverFirstThatIsNotUTF8() {
        var client = SCRAMClient(nonce: "client", channelBinding: .unsupported)
        _ = client.clientFirst()
        let message = Array("r=clientX,s=AQ==,i=1,x=".utf8) + [0xff]
        let thrown = caught { () throws(SCRAMFailure) in
            _ = try client.receiveServerFirst(message, maximumIterations: 1)
        }
        #expect(thrown == .malformedServerFirst)
    }

    @Test("what is permitted", arguments: ["r=client!,s=AQ==,i=1", "r=client~~,s=AQID,i=100000,x=1,y=a=b,Z=é"])
    func permitted(message: String) throws {
        var client = SCRAMClient(nonce: "client", channelBinding: .unsupported)
        _ = client.clientFirst()
        let challenge = try client.receiveServerFirst(Array(message.utf8), maximumIterations: 100_000)
        #expect(challenge.salt.first == 1)
    }

    @Test(
        arguments: [
            ("", .malformedServerFinal), ("v", .malformedServerFinal), ("v=", .malformedServerFinal),
            ("v=AQ==", .malformedServerFinal), ("x=1,v=RIGHT", .malformedServerFinal),
            ("v=RIGHT,", .malformedServerFinal), ("v=RIGHT,v=RIGHT", .malformedServerFinal),
            ("v=RIGHT\n", .malformedServerFinal), ("v=RIGHT=", .malformedServerFinal),
            ("v=RIGHT,m=1", .mandatoryExtension),
            ("v=\(String(repeating: "A", count: 43))=", .serverSignatureMismatch),
            ("e=invalid-proof", .refusedByServer(reason: "invalid-proof")),
            ("e=invalid-proof,v=RIGHT", .refusedByServer(reason: "invalid-proof")),
            ("v=RIGHT,e=other-error", .malformedServerFinal), ("e=é", .malformedServerFinal),
            ("e=\(String(repeating: "x", count: 101))", .malformedServerFinal),
            ("v=RIGHT", nil), ("v=RIGHT,x=1", nil),
        ] as [(String, SCRAMFailure?)])
    func serverFinal(message: String, failure: SCRAMFailure?) throws {
        var client = SCRAMClient(nonce: "client", channelBinding: .notOffered)
        _ = client.clientFirst()
        let serverFirst = "r=clientX,s=AQ==,i=1"
        _ = try client.receiveServerFirst(Array(serverFirst.utf8), maximumIterations: 1)
        let keys = AuthenticationSCRAMTests.keys(salt: [1], iterations: 1)
        _ = try client.clientFinal(keys: keys)
        let right = keys.serverSignature(of: Array("n=,r=client,\(serverFirst),c=eSws,r=clientX".utf8))
        let rightText = String(decoding: Base64.encode(right), as: UTF8.self)
        let sent = message.split(separator: "RIGHT", omittingEmptySubsequences: false).joined(separator: rightText)
        let thrown = caught { () throws(SCRAMFailure) in try client.receiveServerFinal(Array(sent.utf8)) }
        #expect(thrown == failure)
        let isVerified = client.isVerified
        #expect(isVerified == (failure == nil))
        // One exchange, one final message (landscape: Continue after Final is an error).
        let again = caught { () throws(SCRAMFailure) in try client.receiveServerFinal(Array("v=\(rightText)".utf8)) }
        #expect(again == .outOfOrder)
        let stillVerified = client.isVerified
        #expect(!stillVerified)
    }

    /// Every bit of the signature counts.
    @Test(arguments: [0, 1, 15, 31]) func signatureWithOneWrongBit(index: Int) throws {
        var client = SCRAMClient(nonce: "client", channelBinding: .unsupported)
        _ = client.clientFirst()
        _ = try client.receiveServerFirst(Array("r=clientX,s=AQ==,i=1".utf8), maximumIterations: 1)
        let keys = AuthenticationSCRAMTests.keys(salt: [1], iterations: 1)
        _ = try client.clientFinal(keys: keys)
        var signature = keys.serverSignature(of: Array("n=,r=client,r=clientX,s=AQ==,i=1,c=biws,r=clientX".utf8))
        signature[index] ^= 0x10
        let sent = Array("v=".utf8) + Base64.encode(signature)
        let thrown = caught { () throws(SCRAMFailure) in try client.receiveServerFinal(sent) }
        #expect(thrown == .serverSignatureMismatch)
    }

    @Test func callsOutOfOrder() throws {
        let serverFirst = Array("r=clientX,s=AQ==,i=1".utf8)
        let keys = AuthenticationSCRAMTests.keys(salt: [1], iterations: 1)
        func failure(_ steps: (inout SCRAMClient) throws(SCRAMFailure) -> Void) -> SCRAMFailure? {
            var client = SCRAMClient(nonce: "client", channelBinding: .unsupported)
            return caught { () throws(SCRAMFailure) in try steps(&client) }
        }
        #expect(
            failure { (c: inout SCRAMClient) throws(SCRAMFailure) in
                _ = try c.receiveServerFirst(serverFirst, maximumIterations: 1)
            } == .outOfOrder)
        #expect(
            failure { (c: inout SCRAMClient) throws(SCRAMFailure) in
                _ = c.clientFirst()
                _ = try c.clientFinal(keys: keys)
            } == .outOfOrder)
        #expect(
            failure { (c: inout SCRAMClient) throws(SCRAMFailure) in
                _ = c.clientFirst()
                try c.receiveServerFinal(Array("v=AAAA".utf8))
            } == .outOfOrder)
        #expect(
            failure { (c: inout SCRAMClient) throws(SCRAMFailure) in
                _ = c.clientFirst()
                _ = try c.receiveServerFirst(serverFirst, maximumIterations: 1)
                _ = try c.receiveServerFirst(serverFirst, maximumIterations: 1)
            } == .outOfOrder)
        #expect(
            failure { (c: inout SCRAMClient) throws(SCRAMFailure) in
                _ = c.clientFirst()
                _ = try c.receiveServerFirst(serverFirst, maximumIterations: 1)
                _ = try c.clientFinal(keys: keys)
                _ = try c.clientFinal(keys: keys)
            } == .outOfOrder)
        #expect(
            failure { (c: inout SCRAMClient) throws(SCRAMFailure) in
                _ = c.clientFirst()
                _ = c.clientFirst()
                _ = try c.receiveServerFirst(serverFirst, maximumIterations: 1)
            } == nil)
    }

    /// "login to … given up: " stands before it.
    @Test func everyFailureEndsASentence() {
        let failures: [SCRAMFailure] = [
            .outOfOrder, .malformedServerFirst, .malformedServerFinal, .mandatoryExtension, .nonceMismatch,
            .invalidSalt,
            .invalidIterationCount, .tooManyIterations(requested: 2, maximum: 1), .refusedByServer(reason: "x"),
            .serverSignatureMismatch,
        ]
        for failure in failures {
            #expect(!failure.description.hasSuffix(".") && failure.description.first?.isLowercase == true)
        }
        #expect(Set(failures.map(\.description)).count == failures.count)
    }

    private func caught(_ body: () throws(SCRAMFailure) -> Void) -> SCRAMFailure? {
        do throws(SCRAMFailure) {
            try body()
            return nil
        } catch {
            return error
        }
    }
}
