import FuzzTargets
import Foundation
import Testing

/// What fuzzing begins with and what it has found, played again by each target (`make fuzz`).
@Suite struct FuzzFixtureTests {
    @Test(arguments: FuzzTarget.all.map(\.name)) func nothingIsFoundAgain(_ name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        // By name, as one that traps ends the process.
        for finding in target.findings { print("fuzz: \(name) plays \(finding.name)") }
        let inputs = target.seeds() + target.kept
        #expect(!target.seeds().isEmpty && inputs.allSatisfy { $0.count <= 64 * 1024 })
        for input in inputs {
            do throws(FuzzTarget.Problem) { try target.play(input) } catch {
                Issue.record("\(name): \(error), of \(input)")
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
