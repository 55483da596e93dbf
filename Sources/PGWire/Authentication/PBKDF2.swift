/// PBKDF2 with HMAC-SHA-256 and a key of 32 bytes: SCRAM's `Hi()` (RFC 8018, section 5.2; RFC 5802, section 2.2).
///
/// The server chooses the number of rounds, so the work is done in slices: the caller checks its deadline and
/// cancellation between calls of ``advance(rounds:)``.
///
/// var derivation = PBKDF2(password: password, salt: salt, iterations: iterations) while !derivation.advance(rounds:
/// 4096) { try deadline.check() } let keys = SCRAMKeys(saltedPassword: derivation.result)
package struct PBKDF2: Sendable {
    private let hmac: HMACSHA256
    /// RFC 8018's U_i, the result of the previous round.
    private var code: SHA256.State
    /// The exclusive or of all results so far.
    private var sum: SHA256.State
    private var remaining: Int

    /// Computes the first round. An iteration count below 1 counts as 1.
    package init(password: [UInt8], salt: [UInt8], iterations: Int) {
        hmac = HMACSHA256(key: password)
        // 32 bytes are one block of output, so the block number is always 1.
        code = hmac.authenticate(salt + [0, 0, 0, 1])
        sum = code
        remaining = max(iterations, 1) - 1
    }

    /// Computes at most `rounds` more rounds.
    ///
    /// - Returns: whether the derivation is complete.
    package mutating func advance(rounds: Int) -> Bool {
        let count = min(max(rounds, 0), remaining)
        let hmac = hmac
        var code = code
        var sum = sum
        for _ in 0..<count {
            code = hmac.authenticate(digest: code)
            sum ^= code
        }
        self.code = code
        self.sum = sum
        remaining -= count
        return remaining == 0
    }

    /// The derived key. Computes the remaining rounds first, if any.
    package var result: [UInt8] {
        var derivation = self
        _ = derivation.advance(rounds: remaining)
        return derivation.sum.bytes
    }
}
