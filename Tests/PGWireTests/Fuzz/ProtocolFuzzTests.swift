import Foundation
import PGWire
import PGWireTesting
import Synchronization
import Testing

/// Mutated sessions: whatever a server says, each ends in a result or a thrown error within bounded memory, never in a
/// trap or a hang.
///
/// `PGWIRE_FUZZ_SEED` begins with the session of that seed; `PGWIRE_FUZZ_COUNT` says how many.
@Suite struct ProtocolFuzzTests {
    #if DEBUG
    private static let defaultCount = 4000
    #else
    private static let defaultCount = 120_000
    #endif

    @Test func mutatedSessions() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["PGWIRE_FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...UInt64(UInt32.max))
        let count = environment["PGWIRE_FUZZ_COUNT"].flatMap { Int($0) } ?? Self.defaultCount
        print("fuzz: \(count) sessions from PGWIRE_FUZZ_SEED=\(seed) on")
        let run = try FuzzRun(RecordedTranscript.load())
        let start = ContinuousClock.now
        let results = await FuzzCrashReport.watching(seconds: 300) {
            await FuzzWorkers.run(FuzzWorkers.count) { run.play($0, seed: seed, count: count) }
                .reduce(into: FuzzRun.Result()) { $0.add($1) }
        }
        print("fuzz: \(results.summary) in \(start.duration(to: .now))")
        #expect(results.total == count)
        #expect(results.problems.isEmpty, "\(results.problems.prefix(5).joined(separator: "\n"))")
        // Noise would be refused at once and reach nothing: a good part must get through.
        #expect(results.outcomes[.complete, default: 0] * 20 > count)
        #expect(results.outcomes[.violation, default: 0] * 20 > count)
    }
}

/// All sessions of a run.
struct FuzzRun: Sendable {
    struct Result: Sendable {
        var outcomes: [FuzzedSession.Outcome: Int] = [:]
        var problems: [String] = []

        var total: Int { outcomes.values.reduce(problems.count, +) }

        var summary: String {
            "\(total) sessions: "
                + FuzzedSession.Outcome.allCases.map { "\(outcomes[$0, default: 0]) \($0)" }.joined(separator: ", ")
        }

        mutating func add(_ other: Result) {
            outcomes.merge(other.outcomes, uniquingKeysWith: +)
            problems += other.problems
        }
    }

    private let origins: [FuzzedSession.Origin]
    private let donors: [[WireMessage]]
    /// The keys for the recorded challenges. Others get some that are wrong: deriving them would take all the time.
    private let keys: [SCRAMChallenge: SCRAMKeys]
    private let otherKeys = SCRAMKeys(saltedPassword: [1, 2, 3])

    init(_ recorded: [RecordedTranscript]) throws {
        origins = try recorded.map { try FuzzedSession.Origin($0.transcript) }
        donors = origins.flatMap(\.answers)
        let noted = Mutex<[SCRAMChallenge: SCRAMKeys]>([:])
        for transcript in recorded where !transcript.name.contains("refused") {
            let password = transcript.transcript.password ?? ""
            let replay = try Replay(transcript.transcript) { challenge in
                let keys = DerivedKeys.of(password, challenge)
                noted.withLock { $0[challenge] = keys }
                return keys
            }
            _ = try replay.events()
        }
        keys = noted.withLock { $0 }
    }

    /// Plays the sessions whose turn is this worker's.
    func play(_ worker: Int, seed: UInt64, count: Int) -> Result {
        var result = Result()
        for number in stride(from: worker, to: count, by: FuzzWorkers.count) {
            let sessionSeed = seed &+ UInt64(number)
            FuzzCrashReport.note(sessionSeed, worker: worker)
            do {
                result.outcomes[try play(sessionSeed), default: 0] += 1
            } catch {
                result.problems.append("PGWIRE_FUZZ_SEED=\(sessionSeed): \(error)")
            }
        }
        return result
    }

    private func play(_ seed: UInt64) throws -> FuzzedSession.Outcome {
        var mutation = SessionMutation(donors: donors, generator: FuzzGenerator(seed: seed))
        let origin = origins[mutation.generator.below(origins.count)]
        var answers = origin.answers
        mutation.mutate(&answers)
        var session = FuzzedSession(origin) { keys[$0] ?? otherKeys }
        return try session.play(answers, &mutation.generator)
    }
}
