import PGWireTesting
import Testing

/// The run of mutated sessions itself; `CostTests` of Benchmarks play some hundred thousand, optimised.
@Suite struct MutationRunTests {
    /// A debug build checks more, and is slow: a few will do.
    @Test func sessionsEndInOrder() throws {
        let run = try MutationRun(RecordedTranscript.all.map(\.transcript))
        print("MutationRunTests: seed \(run.seed)")
        var counts: [MutationRun.Outcome: Int] = [:]
        for number in 0..<400 {
            let session = run.session(number)
            do throws(FuzzProblem) {
                counts[try MutationRun.play(session), default: 0] += 1
            } catch {
                Issue.record("session \(number) of seed \(run.seed): \(error)")
            }
        }
        #expect(MutationRun.Outcome.allCases.allSatisfy { counts[$0, default: 0] > 0 }, "\(counts)")
    }

    @Test func theSameSeedMakesTheSameSessions() throws {
        let (one, other) = (try MutationRun(seed: 7), try MutationRun(seed: 7))
        #expect((0..<50).allSatisfy { one.session($0) == other.session($0) })
        #expect(Set((0..<50).map { one.session($0) }).count > 45)
    }

    /// What is not changed is complete, or ends as the server ends it: otherwise mutations would begin with nothing.
    @Test func originsAreWhatTheyShouldBe() throws {
        for (index, seed) in FuzzSeed.written.enumerated() {
            let outcome = try FuzzedSession.play(seed.bytes)
            // A FATAL error is the last message.
            let isCut = seed.bytes.firstRange(of: Array("VFATAL".utf8)) != nil
            #expect(outcome == .complete || outcome == .refused || isCut, "\(index): \(outcome), \(seed)")
        }
        // What was prepared several statements ago is described no more, and a plan knows the last one alone.
        for transcript in RecordedTranscript.all where !transcript.name.hasSuffix("prepared") {
            let outcome = try FuzzedSession.play(FuzzSeed(transcript.transcript).bytes)
            let isCut = transcript.name.contains("terminated")
            #expect(outcome == .complete || outcome == .refused || isCut, "\(transcript.name): \(outcome)")
        }
    }

    @Test func everySequenceOfBytesIsAPlan() throws {
        let plan = FuzzPlan(
            login: FuzzLogin(.password), cuts: 0x83, steps: FuzzPlan.steps([.extended([[.parses]]), .listen]))
        #expect(FuzzPlan(plan.bytes + [1, 2, 3]).bytes == plan.bytes)
        #expect(FuzzPlan(plan.bytes + [1, 2, 3]).size == plan.bytes.count)
        for count in 0..<4 { _ = try FuzzedSession.play(Array(repeating: 0xFF, count: count)) }
    }

    /// A failure is shrunk to what it takes.
    @Test func inputsAreMadeSmall() throws {
        let seed = try #require(FuzzSeed.written.first { $0.flights.count > 2 })
        let input = seed.bytes + [0xEE, 0xEE, 0xEE] + seed.bytes
        var tries = 0
        var shrinking = InputShrinking(input) { inputs in
            tries += inputs.count
            return inputs.firstIndex { input in input.indices.contains { input[$0...].starts(with: [0xEE, 0xEE]) } }
        }
        try shrinking.run()
        #expect(shrinking.input == [0xEE, 0xEE], "\(shrinking.input)")
        #expect(tries < 20_000)
    }
}
