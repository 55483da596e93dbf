/// Why a SCRAM exchange failed. No case contains the password, the keys or the proofs.
package enum SCRAMFailure: Error, Equatable, Sendable {
    /// A call or a message of the server out of order.
    case outOfOrder
    /// The server-first-message does not follow RFC 5802, section 7.
    case malformedServerFirst
    /// The server-final-message does not follow RFC 5802, section 7.
    case malformedServerFinal
    /// The server requires an extension (`m=`); none is supported.
    case mandatoryExtension
    /// The server's nonce does not start with the client's, or adds nothing to it.
    case nonceMismatch
    /// The salt is empty or not strict base64.
    case invalidSalt
    /// The iteration count is not a positive decimal number.
    case invalidIterationCount
    /// The iteration count exceeds the maximum (CVE-2026-42198 in pgjdbc).
    case tooManyIterations(requested: Int, maximum: Int)
    /// The server sent this error (`e=`).
    case refusedByServer(reason: String)
    /// The server's signature is wrong: it does not know the password's keys.
    case serverSignatureMismatch
}

extension SCRAMFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .outOfOrder:
            "the SCRAM exchange went on out of order: each message is expected exactly once"
        case .malformedServerFirst:
            "the server's first SCRAM message is malformed"
        case .malformedServerFinal:
            "the server's final SCRAM message is malformed"
        case .mandatoryExtension:
            "the server demands a SCRAM extension that this driver does not know"
        case .nonceMismatch:
            "the server's SCRAM nonce does not continue ours: the answer belongs to another exchange or is forged"
        case .invalidSalt:
            "the server's SCRAM salt is empty or not valid base64"
        case .invalidIterationCount:
            "the server's SCRAM iteration count is not a positive number"
        case .tooManyIterations(let requested, let maximum):
            "the server demands \(requested) SCRAM iterations, and at most \(maximum) are permitted: "
                + "raise maximumSCRAMIterations if you trust it"
        case .refusedByServer(let reason):
            "the server refused the SCRAM exchange: \(reason)"
        case .serverSignatureMismatch:
            "the server could not prove that it knows the password's keys: its SCRAM signature is "
                + "wrong, so it may be an impostor"
        }
    }
}
