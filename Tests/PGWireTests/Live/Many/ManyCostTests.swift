import CAllocationCounter
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

// An unoptimised build allocates for every generic call.
#if !DEBUG
extension Live.Many {
    /// Elements that are a piece of 64 KiB cost what sending it costs, and nothing for each of them.
    @Test(arguments: LiveServer.direct) func anElementAllocatesNothing(_ server: LiveServer) async throws {
        try await server.withTable("id int4, number int8, score float8, text text") { db, table async throws in
            let statement: PreparedStatement<Int32, Int64?, Double, String> =
                "INSERT INTO \(identifier: table) VALUES ($1, $2, $3, $4)"
            for _ in 1...2 {
                var (allocating, count) = (0, allocation_count())
                let elements = (0..<50_000).lazy.map { number in
                    if allocation_count() != count { allocating += 1 }
                    count = allocation_count()
                    return (
                        Int32(number), number % 2 == 0 ? nil : Int64(number), Double(number),
                        "a text of more than fifteen bytes"
                    )
                }
                let before = try await db.traffic()
                #expect(try await db.executeMany(statement, elements) == 50_000)
                let after = try await db.traffic()
                // Between two pieces the task may go on in another thread, or memory that holds a piece may be asked for.
                #expect(allocating <= after.sends - before.sends + after.receives - before.receives)
                #expect(after.sends - before.sends < 50_000 / 300)
            }
        }
    }

    /// The same counted as a whole: ten times as many take the same, but for what each piece takes.
    @Test(arguments: LiveServer.direct) func aRowOfAnElementAllocatesNothing(_ server: LiveServer) async throws {
        try await server.connected { db async throws in
            let statement = PreparedStatement("SELECT $1::int4, $2::int8", takes: (Int32, Int64).self)
            func allocations(_ count: Int) async throws -> Int {
                var fewest = Int.max
                for _ in 1...20 {
                    var sum = 0
                    let before = allocation_count()
                    try await db.fetchMany(
                        statement, (0..<count).lazy.map { (Int32($0), Int64($0)) }, as: (Int32, Int64).self
                    ) { index, first, second in sum += Int(first) + Int(second) - 2 * index }
                    let after = allocation_count()
                    #expect(sum == 0)
                    if after > before { fewest = min(fewest, Int(after - before)) }
                }
                return fewest
            }
            let few = try await allocations(100)
            let more = try await allocations(1000)
            #expect(more - few < 10, "\(few) and \(more)")
        }
    }
}
#endif
