import FoundationEssentials

/// Runs `body` with the path of a new directory that is gone afterwards.
///
/// It is in /tmp and open to all because a server started by root runs as another user.
package func withTemporaryDirectory<R>(_ body: (String) async throws -> R) async throws -> R {
    let path = "/tmp/scribe-app-tests-\(UInt64.random(in: 0...UInt64.max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    do {
        let result = try await body(path)
        try FileManager.default.removeItem(atPath: path)
        return result
    } catch {
        try? FileManager.default.removeItem(atPath: path)
        throw error
    }
}
