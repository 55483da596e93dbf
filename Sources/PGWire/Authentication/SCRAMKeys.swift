/// The three keys that SCRAM makes from a salted password (RFC 5802, section 3).
///
/// Worth as much as the password to whoever logs in to this server, so they are kept in memory only and never printed.
package struct SCRAMKeys: Sendable, Equatable {
    package let clientKey: [UInt8]
    package let storedKey: [UInt8]
    package let serverKey: [UInt8]

    package init(saltedPassword: [UInt8]) {
        let hmac = HMACSHA256(key: saltedPassword)
        clientKey = hmac.authenticate("Client Key".utf8).bytes
        storedKey = SHA256.hash(clientKey)
        serverKey = hmac.authenticate("Server Key".utf8).bytes
    }

    /// RFC 5802, section 3: `ClientProof`.
    package func clientProof(of authenticationMessage: [UInt8]) -> [UInt8] {
        zip(clientKey, HMACSHA256.authenticate(authenticationMessage, key: storedKey)).map { $0 ^ $1 }
    }

    /// RFC 5802, section 3: `ServerSignature`.
    package func serverSignature(of authenticationMessage: [UInt8]) -> [UInt8] {
        HMACSHA256.authenticate(authenticationMessage, key: serverKey)
    }
}

extension SCRAMKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "SCRAMKeys(redacted)" }
    package var debugDescription: String { description }
    /// `dump` and a test's failure message look inside by reflection.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
