import PGSchemaReports
package import Testing

/// Waits for what another process does, at most a minute.
package func eventually(
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, sourceLocation: sourceLocation)
        // Asking without a pause would take the time from what is waited for.
        try await Task.sleep(for: .milliseconds(10))
    }
}
