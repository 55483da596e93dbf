/// The salt and iteration count of the server: the input of ``PBKDF2``, and with the password the key of a cache.
package struct SCRAMChallenge: Sendable, Hashable {
    package let salt: [UInt8]
    package let iterations: Int

    package init(salt: [UInt8], iterations: Int) {
        self.salt = salt
        self.iterations = iterations
    }
}

/// The three keys of SCRAM from a salted password (RFC 5802, section 3), stored as HMAC states where they are HMAC
/// keys.
///
/// They are as secret as the password: with them one can log in to this server. Kept in memory only, never printed.
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
