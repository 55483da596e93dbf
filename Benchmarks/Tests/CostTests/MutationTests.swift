import Foundation
import Testing

/// Mutated sessions by the million, for which a debug build has no time: whatever a server says, each ends in a result or
/// an error of the right kind. The program shrinks what fails, saves it in `Fixtures/fuzz/session` and prints it.
///
/// `PGWIRE_FUZZ_SEED` plays the sessions of that seed again; `PGWIRE_FUZZ_COUNT` says how many.
@Suite struct MutatedSessions {
    @Test func allEndInOrder() throws {
        let environment = ProcessInfo.processInfo.environment
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let fixtures = repository.appending(path: "Fixtures")
        let transcripts = try FileManager.default.contentsOfDirectory(
            atPath: fixtures.appending(path: "transcripts").path)
        let findings = fixtures.appending(path: "fuzz/session")
        try FileManager.default.createDirectory(at: findings, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = try Self.products().appending(path: Self.program)
        process.arguments =
            ["--save", findings.path]
            + ["--sessions", environment["PGWIRE_FUZZ_COUNT"] ?? "1000000"]
            + (environment["PGWIRE_FUZZ_SEED"].map { ["--seed", $0] } ?? [])
            + transcripts.sorted().map { fixtures.appending(path: "transcripts/\($0)").path }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        print(text)
        #expect(process.terminationStatus == 0, "\(text)")
        // Noise would be refused at once and reach nothing: a good part must get through.
        let counts = text.matches(of: #/(\d+) (complete|violation)/#).compactMap { Int($0.output.1) }
        let enough = (environment["PGWIRE_FUZZ_COUNT"].flatMap(Int.init) ?? 1_000_000) / 20
        #expect(counts.count == 2 && counts.allSatisfy { $0 > enough }, "\(text)")
    }

    /// Where the programs are that were built with the tests: beside the tests, wherever that is.
    private static func products() throws -> URL {
        let usual = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: ".build/release")
        let candidates = [usual] + CommandLine.arguments.map { URL(filePath: $0).deletingLastPathComponent() }
        let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.appending(path: program).path) }
        return try #require(found, "\(program) is in none of \(candidates)")
    }

    private static let program = "pgwire-mutations"
}
