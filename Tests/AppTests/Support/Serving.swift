import Testing
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Runs `body` with `serve` as a process on a free port of the loopback, and stops it; it must end with status 0.
@discardableResult
func withServer(
    _ settings: [String: String], in directory: String = "/", openFiles: Int? = nil, signal: Int32 = SIGTERM,
    _ body: (UInt16, ScribeProcess) async throws -> Void
) async throws -> ScribeProcess.Outcome {
    let settings = settings.merging(["HOST": "127.0.0.1", "PORT": "0"]) { own, _ in own }
    let process = try ScribeProcess(["serve"], settings, in: directory, openFiles: openFiles)
    do {
        try await body(try await process.port(), process)
    } catch {
        process.send(SIGKILL)
        throw error
    }
    process.send(signal)
    let outcome = await process.outcome
    #expect(outcome.status == 0, "\(outcome.problems)")
    return outcome
}

extension ScribeProcess {
    /// Settings with a database that is not there: nothing listens on port 1.
    static let noDatabase = [
        "DB_HOST": "127.0.0.1", "DB_PORT": "1", "DB_USER": "u", "DB_PASSWORD": "hunter2", "DB_NAME": "d",
    ]
}
