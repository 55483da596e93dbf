import PGWire
import Testing

/// Elements that are waited for.
extension Live.Many {
    /// Gives numbers up to a bad end.
    struct Ending: AsyncSequence {
        var count: Int
        struct AsyncIterator: AsyncIteratorProtocol {
            var count: Int
            var next = 0
            mutating func next() async throws -> Int? {
                if next == count { throw Stop() }
                next += 1
                return next
            }
        }
        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(count: count) }
    }

    /// An error of the sequence undoes what was sent of its part.
    @Test(arguments: LiveServer.allCases) func aSequenceThatThrows(_ server: LiveServer) async throws {
        try await server.withTable("id int8") { db, table async throws in
            let statement: PreparedStatement<Int> = "INSERT INTO \(identifier: table) VALUES ($1)"
            for count in [0, 10, 60_000] {
                await #expect(throws: Stop.self) { try await db.executeMany(statement, Ending(count: count)) }
                #expect(try await Self.count(db, table) == 0)
            }
            await #expect(throws: Stop.self) {
                try await db.executeMany(statement, Ending(count: 2500), committing: .every(1000))
            }
            #expect(try await Self.count(db, table) == 2000)
        }
    }

    /// A sequence that ends because its task was cancelled has not come to its end.
    @Test(arguments: LiveServer.allCases) func cancellingWhileItWaits(_ server: LiveServer) async throws {
        try await server.withTable("id int8") { db, table async throws in
            let statement: PreparedStatement<Int> = "INSERT INTO \(identifier: table) VALUES ($1)"
            for count in [0, 10, 60_000] {
                let (stream, source) = AsyncStream.makeStream(of: Int.self)
                let (isWaiting, waits) = AsyncStream.makeStream(of: Void.self)
                for number in 0..<count { source.yield(number) }
                let numbers = stream.map { number in
                    if number == count - 1 { waits.yield() }
                    return number
                }
                if count == 0 { waits.yield() }
                let task = Task { try await db.executeMany(statement, numbers) }
                for await _ in isWaiting { break }
                task.cancel()
                await #expect(throws: CancellationError.self) { _ = try await task.value }
                #expect(try await Self.count(db, table) == 0)
                source.finish()
            }
        }
    }

    /// What gives the elements would wait for the connection that waits for it.
    @Test(arguments: LiveServer.allCases) func theSameConnectionInTheSequence(_ server: LiveServer) async throws {
        try await server.withTable("id int8") { db, table async throws in
            let statement: PreparedStatement<Int> = "INSERT INTO \(identifier: table) VALUES ($1)"
            try await expectFailure(
                "this task has a call for many elements under way on the connection: inside its closure use another connection, as a "
                    + "call on this one would wait for it for ever"
            ) {
                try await db.executeMany(statement, db.query("SELECT generate_series(1, 10)", as: Int.self))
            }
            try await server.connected { other async throws in
                let rows = other.query("SELECT generate_series(1, 5000)", as: Int.self)
                #expect(try await db.executeMany(statement, rows) == 5000)
            }
            let values = try await db.fetchOne("SELECT sum(id)::int8 FROM \(identifier: table)", as: Int.self)
            #expect(values == 5000 * 5001 / 2)
            var sum = 0
            let numbers = AsyncStream { stream in
                for number in 1...10 { stream.yield((number, number)) }
                stream.finish()
            }
            try await db.fetchMany("SELECT $1::int8 * $2", numbers, as: Int.self) { sum += $0 * $1 }
            #expect(sum == (1...10).reduce(0) { $0 + ($1 - 1) * $1 * $1 })
        }
    }
}
