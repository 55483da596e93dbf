import PGWire

/// Mutated sessions: recorded ones and others, in which messages are cut, grown, repeated, swapped, spliced in from elsewhere, and
/// filled with the numbers that code handles wrongly. Each is played to PGWire's protocol core without I/O, and must end in a result
/// or in an error of the right kind, within bounded memory, and the same however its bytes are cut into pieces.
///
/// Give it what your server or pooler has said (``Transcript``), and PGWire is tested against that, too:
///
/// ```swift
/// let run = MutationRun([transcript], seed: 7)
/// for number in 0..<100_000 {
///     let session = run.session(number)
///     do { try MutationRun.play(session) } catch { print("session \(number):", error) }
/// }
/// ```
/// The same seed and transcripts make the same sessions. A trap ends the process: ``main(_:)`` is a program that plays the
/// sessions in processes of its own and survives that. Optimised, a core plays some twenty thousand sessions in a second; in a debug
/// build it is fifty times slower.
public struct MutationRun: Sendable {
    /// How a session ended.
    public enum Outcome: Int, Sendable, CaseIterable {
        /// All that the client asked was answered.
        case complete
        /// The client waits for more.
        case incomplete
        /// The login failed in order.
        case refused
        /// The client found that the server broke the protocol.
        case violation
    }

    /// What the sessions are made from.
    public let seed: UInt64
    private let origins: [FuzzSeed]
    private let donors: [[WireMessage]]

    /// Mutations of `transcripts`, and of some hundred sessions that are built in.
    ///
    /// - Throws: ``FrontendDecoder/ParsingError`` when a transcript's client breaks the protocol.
    public init(_ transcripts: [Transcript] = [], seed: UInt64 = .random(in: 0...UInt64(UInt32.max))) throws {
        self.seed = seed
        origins = try FuzzSeed.written + transcripts.map { try FuzzSeed($0) }
        donors = origins.flatMap(\.flights)
    }

    /// The mutated session of this number: a plan of what the client asks, and then what the server says.
    public func session(_ number: Int) -> [UInt8] {
        // Another seed is not the same sessions, moved by some.
        let start = seed &* 0xD134_2543_DE82_EF95 &+ UInt64(truncatingIfNeeded: number)
        var mutation = SessionMutation(donors: donors, generator: FuzzGenerator(seed: start))
        // What streams has more to it than one message after the other, and is seldom among them.
        let isStream = mutation.generator.oneIn(10)
        let choice = isStream ? FuzzSeed.replications : origins
        var origin = choice[mutation.generator.below(choice.count)]
        mutation.mutate(&origin.flights)
        var plan = origin.plan
        // Half of them come whole, or byte by byte; one of eight is played twice, in pieces of two sizes.
        let cuts = mutation.generator.oneIn(2) ? mutation.generator.below(2) : mutation.generator.below(128)
        if mutation.generator.oneIn(12), !plan.steps.isEmpty {
            plan.steps[mutation.generator.below(plan.steps.count)] ^= 1 << UInt8(mutation.generator.below(8))
        }
        if mutation.generator.oneIn(16) { plan.login.rawValue ^= 1 << UInt8(mutation.generator.below(8)) }
        plan = FuzzPlan(
            login: plan.login, cuts: UInt8(cuts) | (mutation.generator.oneIn(8) ? 0x80 : 0), steps: plan.steps)
        origin.plan = plan
        return origin.bytes
    }

    /// Plays a session.
    ///
    /// - Throws: ``FuzzProblem`` when a promise is not kept.
    @discardableResult
    public static func play(_ session: [UInt8]) throws(FuzzProblem) -> Outcome {
        switch try FuzzedSession.play(session) {
        case .complete: .complete
        case .incomplete: .incomplete
        case .refused: .refused
        case .violation: .violation
        }
    }
}
