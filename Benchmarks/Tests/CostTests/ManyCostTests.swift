import CAllocationCounter
import PGWire
import Testing

/// What an element of `executeMany` or `fetchMany` costs, counted exactly.
@Suite struct ManyCosts {
    /// Elements that are a piece of 64 KiB cost what sending it costs, and nothing for each of them.
    @Test func anElementAllocatesNothing() async throws {
        try await Server.connected { db in
            try await db.execute("CREATE TEMP TABLE many (id int4, number int8, score float8, text text)")
            let statement: PreparedStatement<Int32, Int64?, Double, String> =
                "INSERT INTO many VALUES ($1, $2, $3, $4)"
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
                #expect(try await db.executeMany(statement, elements) == 50_000)
                // Between two pieces the task may go on in another thread, or memory that holds a piece may be asked for.
                #expect(allocating < 50_000 / 150)
            }
        }
    }

    /// The same counted as a whole: ten times as many take the same, but for what each piece takes.
    @Test func aRowOfAnElementAllocatesNothing() async throws {
        try await Server.connected { db in
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
            #expect(more - few < 45, "\(few) and \(more)")
        }
    }
}
