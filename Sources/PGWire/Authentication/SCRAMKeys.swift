/// The salt and iteration count of the server: the input of ``PBKDF2``, and with the password the key of a cache.
package struct SCRAMChallenge: Sendable, Hashable {
    package let salt: [UInt8]
    package let iterations: Int

    package init(salt: [UInt8], iterations: Int) {
        self.salt = salt
        self.iterations = iterations
    }
}

/// The keys by which SCRAM-SHA-256 logs in (RFC 5802, section 3), in place of the password that they were made from.
///
/// They are as secret as the password: with them one can log in to every server that stores the same salted password.
/// Kept in memory only, never printed.
public struct SCRAMKeys: Sendable, Hashable {
    // Stored as HMAC states where they are HMAC keys.
    private let clientKey: SHA256.State
    private let storedKey: HMACSHA256
    private let serverKey: HMACSHA256

    package init(saltedPassword: [UInt8]) {
        let hmac = HMACSHA256(key: saltedPassword)
        self.init(
            hmac.authenticate(Array("Client Key".utf8)),
            serverKey: hmac.authenticate(Array("Server Key".utf8)).bytes)
    }

    /// RFC 5802's `ClientKey` and `ServerKey`, as in libpq's `scram_client_key` and `scram_server_key` once decoded from
    /// base64; nil unless each has 32 bytes.
    ///
    /// The client key proves the client to the server, the server key the server to the client.
    public init?(clientKey: [UInt8], serverKey: [UInt8]) {
        guard let clientKey = SHA256.State(bytes: clientKey), serverKey.count == SHA256.digestLength else { return nil }
        self.init(clientKey, serverKey: serverKey)
    }

    private init(_ clientKey: SHA256.State, serverKey: [UInt8]) {
        self.clientKey = clientKey
        storedKey = HMACSHA256(key: SHA256.hash(clientKey.bytes))
        self.serverKey = HMACSHA256(key: serverKey)
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
    /// `SCRAMKeys(redacted)`.
    public var description: String { "SCRAMKeys(redacted)" }
    /// `SCRAMKeys(redacted)`.
    public var debugDescription: String { description }
    /// Without children, so that `dump` does not show the keys.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
