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
    /// Between two looks at whether somebody still waits; about a millisecond.
    private static let roundsPerSlice = 4096

    /// The keys for this password and challenge. Known ones are returned at once; others are made on a thread of its own,
    /// as the server chooses how long that takes, and others may need the caller's.
    static func keys(
        password: String, _ challenge: SCRAMChallenge, until deadline: MonotonicInstant?
    ) async throws(Transport.Failure) -> SCRAMKeys {
        let prepared = SASLprep.passwordBytes(Array(password.utf8))
        let request = Request(passwordHash: SHA256.hash(prepared), challenge: challenge)
        if let known = cache.withLock({ $0[request] }) { return known }
        let keys = try await AwaitedResult<SCRAMKeys>.ofThread(until: deadline) { isWanted in
            derive(prepared, challenge, isWanted)
        }
        cache.withLock { cache in
            if cache.count >= capacity, let any = cache.keys.first { cache[any] = nil }
            cache[request] = keys
        }
        return keys
    }

    private static func derive(
        _ password: [UInt8], _ challenge: SCRAMChallenge, _ isWanted: () -> Bool
    ) -> SCRAMKeys? {
        var derivation = PBKDF2(password: password, salt: challenge.salt, iterations: challenge.iterations)
        while !derivation.advance(rounds: roundsPerSlice) {
            guard isWanted() else { return nil }
        }
        return SCRAMKeys(saltedPassword: derivation.result)
    }
}
