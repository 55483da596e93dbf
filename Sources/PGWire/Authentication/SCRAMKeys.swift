/// The three keys that SCRAM makes from a salted password (RFC 5802, section 3), those of an HMAC ready for it.
///
/// Worth as much as the password to whoever logs in to this server, so they are kept in memory only and never printed.
package struct SCRAMKeys: Sendable, Equatable {
    private let clientKey: SHA256.State
    private let storedKey: HMACSHA256
    private let serverKey: HMACSHA256

    package init(saltedPassword: [UInt8]) {
        let hmac = HMACSHA256(key: saltedPassword)
        clientKey = hmac.authenticate(Array("Client Key".utf8))
        storedKey = HMACSHA256(key: SHA256.hash(clientKey.bytes))
        serverKey = HMACSHA256(key: hmac.authenticate(Array("Server Key".utf8)).bytes)
    }

    /// RFC 5802, section 3: `ClientProof`.
    package func clientProof(of authenticationMessage: [UInt8]) -> [UInt8] {
        var proof = storedKey.authenticate(authenticationMessage)
        proof ^= clientKey
        return proof.bytes
    }

    /// RFC 5802, section 3: `ServerSignature`.
    package func serverSignature(of authenticationMessage: [UInt8]) -> [UInt8] {
        serverKey.authenticate(authenticationMessage).bytes
    }
}

extension SCRAMKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "SCRAMKeys(redacted)" }
    package var debugDescription: String { description }
    /// `dump` and a test's failure message look inside by reflection.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
