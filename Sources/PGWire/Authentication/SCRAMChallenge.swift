/// What the server wants the password worked into: the input of ``PBKDF2``, and with the password the key of a cache.
package struct SCRAMChallenge: Sendable, Hashable {
    package let salt: [UInt8]
    package let iterations: Int

    package init(salt: [UInt8], iterations: Int) {
        self.salt = salt
        self.iterations = iterations
    }
}
