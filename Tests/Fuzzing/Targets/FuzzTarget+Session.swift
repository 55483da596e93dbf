import PGWireTesting

/// The protocol.
extension FuzzTarget {
    /// Every exchange, and the login where the plan begins with one.
    static let session = FuzzTarget(
        "session", longest: 4096, seeds: { (FuzzSeed.written + Fixtures.transcripts).map(\.bytes) }
    ) { input throws(FuzzProblem) in
        _ = try FuzzedSession.play(input)
    }

    /// The login alone: what is said after it is not read.
    static let login = FuzzTarget(
        "login", longest: 1024,
        seeds: { FuzzSeed.written.filter { $0.plan.login.credentials != .established }.map(\.bytes) }
    ) { input throws(FuzzProblem) in
        var input = input
        // An input for which there is no login has another one.
        if let first = input.first, first & 7 == 0 { input[0] = first | 2 }
        if input.count > 2 {
            input.removeSubrange(3..<min(input.count, 3 + Int(input[2])))
            input[2] = 0
        }
        _ = try FuzzedSession.play(input)
    }
}
