import FuzzTargets
import Foundation
import Testing

/// What fuzzing begins with and what it has found, played again by each target (`make fuzz`).
@Suite(.serialized) struct FuzzFixtureTests {
    @Test(arguments: FuzzTarget.all.map(\.name)) func nothingIsFoundAgain(_ name: String) async throws {
        let target = try #require(FuzzTarget.named(name))
        // By name, as one that traps ends the process.
        for finding in target.findings { print("fuzz: \(name) plays \(finding.name)") }
        let inputs = target.seeds() + target.kept
        #expect(!target.seeds().isEmpty && inputs.allSatisfy { $0.count <= 64 * 1024 })
        let problems = await Self.played(inputs, target)
        #expect(problems == [])
    }

    /// What is wrong with some inputs. They are played on a thread of their own: a target may wait for what needs Swift's.
    private static func played(_ inputs: [[UInt8]], _ target: FuzzTarget) async -> [String] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let problems = inputs.compactMap { input -> String? in
                    do throws(FuzzTarget.Problem) {
                        try target.play(input)
                        return nil
                    } catch {
                        return "\(target.name): \(error), of \(input)"
                    }
                }
                continuation.resume(returning: problems)
            }
        }
    }

    @Test func everyFixtureHasATarget() throws {
        let known = Set(FuzzTarget.all.map(\.name)).union(["libpq"])
        let names = try FileManager.default.contentsOfDirectory(atPath: FuzzTarget.fixtures)
        #expect(!names.isEmpty)
        for name in names where !name.hasPrefix(".") {
            #expect(known.contains(name.split(separator: ".").first.map(String.init) ?? ""), "\(name)")
        }
    }
}
