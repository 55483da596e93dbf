import Synchronization

/// Makes SCRAM's keys from a password, and keeps them: a connection per request pays for PBKDF2 once.
enum SCRAMKeyCache {
    private struct Request: Hashable {
        /// Not the password itself: what stays in memory need not be worth more than the keys.
        var passwordHash: [UInt8]
        var challenge: SCRAMChallenge
    }

    private static let cache = Mutex<[Request: SCRAMKeys]>([:])
    private static let capacity = 64
    /// Between two looks at the clock; about a millisecond.
    private static let roundsPerSlice = 4096

    /// The keys for this password and challenge.
    ///
    /// - Throws: ``PhysicalConnection/Interruption``: the server chooses how long this takes, so it must obey the deadline.
    static func keys(
        password: String, _ challenge: SCRAMChallenge, until deadline: ContinuousClock.Instant?
    ) async throws(PhysicalConnection.Interruption) -> SCRAMKeys {
        let prepared = SASLprep.passwordBytes(Array(password.utf8))
        let request = Request(passwordHash: SHA256.hash(prepared), challenge: challenge)
        if let known = cache.withLock({ $0[request] }) { return known }
        var derivation = PBKDF2(password: prepared, salt: challenge.salt, iterations: challenge.iterations)
        while !derivation.advance(rounds: roundsPerSlice) {
            if Task.isCancelled { throw .cancelled }
            if let deadline, deadline < .now { throw .timedOut }
            // Others may need this thread.
            await Task.yield()
        }
        let keys = SCRAMKeys(saltedPassword: derivation.result)
        cache.withLock { cache in
            if cache.count >= capacity, let any = cache.keys.first { cache[any] = nil }
            cache[request] = keys
        }
        return keys
    }
}
