import PGWire
import Testing

extension Live.Many {
    /// Whoever observes is told of one statement, and of how many elements it was for.
    @Test(arguments: LiveServer.allCases) func whatIsObserved(_ server: LiveServer) async throws {
        let observer = RecordingObserver()
        try await server.withTable("id int4 PRIMARY KEY, name text", { $0.observer = observer }) {
            db, table async throws in
            let before = observer.statements.all.count
            try await db.executeMany(Self.insert(table), Self.rows(2500), committing: .every(1000))
            _ = try await db.fetchMany("SELECT generate_series(1, $1::int4)", [3, 4], as: Int.self)
            _ = try? await db.executeMany(Self.insert(table), Self.rows(1))
            try await db.executeMany(Self.insert(table), Self.rows(0))
            let seen = observer.statements.all.dropFirst(before)
            #expect(seen.map(\.0.kind) == [.many, .many, .many])
            #expect(seen.map(\.1.elements) == [2500, 2, 1])
            #expect(seen.map(\.1.rows) == [0, 7, nil])
            #expect(seen.map { $0.1.tag?.command } == ["INSERT", "SELECT", nil])
            #expect(seen.map { $0.1.failure?.type } == [nil, nil, "23505"])
            #expect(seen.allSatisfy { $0.1.bytesSent > 0 && $0.1.bytesReceived > 0 })
            #expect(observer.openCount == 0)
        }
    }
}
