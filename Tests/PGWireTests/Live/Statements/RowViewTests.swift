import PGWire
import Testing

extension Live {
    /// Rows that are borrowed from the memory that they were received into.
    @Suite struct BorrowedRows {
        @Test(arguments: LiveServer.allCases) func byIndexByNameAndAsATuple(_ server: LiveServer) async throws {
            try await server.connected { db in
                for _ in 1...4 {
                    var kept: [Row] = []
                    let tag = try await db.forEachRow(
                        "SELECT i AS id, NULLIF(i, 2)::text AS name, 'same' AS id, i % 2 = 0 FROM generate_series(1, 3000) i"
                    ) { row in
                        let index = Int32(kept.count + 1)
                        let name = index == 2 ? nil : "\(index)"
                        let tuple = try row.decode(as: (Int32, String?, String, Bool).self)
                        #expect(tuple == (index, name, "same", index % 2 == 0))
                        #expect(try row.decode(0, as: Int32.self) == index)
                        #expect(try row.decode(1, as: String?.self) == name)
                        #expect(try row.decode("name", as: String?.self) == name)
                        // Of two columns of one name, the first.
                        #expect(try row.decode("id", as: Int.self) == Int(index))
                        #expect(try row.isNull(1) == (name == nil))
                        #expect(try !row.isNull(3))
                        kept.append(Row(row))
                    }
                    #expect(tag.description == "SELECT 3000")
                    // A copy lives on.
                    for (index, row) in kept.enumerated() {
                        #expect(try row.decode(0, as: Int.self) == index + 1)
                        #expect(try row.decode("name", as: String?.self) == (index == 1 ? nil : "\(index + 1)"))
                    }
                    var sum = 0
                    try await db.forEachRow("SELECT i, i::text FROM generate_series(1, 100) i", as: (Int, String).self)
                    {
                        sum += $0 + $1.count
                    }
                    #expect(sum == 5050 + 192)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func whatIsNotThere(_ server: LiveServer) async throws {
            let columns = "its columns are: id, name"
            let expected: [(String, @Sendable (borrowing RowView) throws -> Void)] = [
                ("the result has no column number 2; \(columns)", { _ = try $0.decode(2, as: Int.self) }),
                ("the result has no column number -1; \(columns)", { _ = try $0.decode(-1, as: Int.self) }),
                (
                    "the result has no column number \(Int.max); \(columns)",
                    { _ = try $0.decode(Int.max, as: Int.self) }
                ),
                ("the result has no column number 2; \(columns)", { _ = try $0.isNull(2) }),
                ("the result has no column number -1; \(columns)", { _ = try $0.isNull(-1) }),
                ("the result has no column \"ID\"; \(columns)", { _ = try $0.decode("ID", as: Int.self) }),
                ("the result has 2 columns (id, name) where 1 are decoded", { _ = try $0.decode(as: Int.self) }),
                (
                    "the result has 2 columns (id, name) where 3 are decoded",
                    { _ = try $0.decode(as: (Int, String?, Int).self) }
                ),
                (
                    "column \"name\" of type 25 (text) is NULL: decode it as String?",
                    { _ = try $0.decode(as: (Int, String).self) }
                ),
                (
                    "column \"id\" of type 23 (int4) cannot be decoded as Bool: take Int or another integer type, or cast it in SQL",
                    { _ = try $0.decode("id", as: Bool.self) }
                ),
            ]
            try await server.connected { db in
                for (text, decode) in expected {
                    for _ in 1...2 {
                        var seen = 0
                        try await expectFailure(text) {
                            try await db.forEachRow("SELECT i AS id, NULL::text AS name FROM generate_series(1, 50) i")
                            {
                                row in
                                seen += 1
                                if seen == 20 { try decode(row) }
                            }
                        }
                        #expect(seen == 20)
                    }
                }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        /// An error of the closure comes out unchanged, wherever it is thrown; the next call reads off the rest.
        @Test(arguments: LiveServer.allCases) func aBodyThatThrows(_ server: LiveServer) async throws {
            try await server.connected { db in
                for stop in [1, 2, 999, 20_000] {
                    var seen = 0
                    await #expect(throws: Stop.self) {
                        try await db.forEachRow("SELECT generate_series(1, 20000)") { _ in
                            seen += 1
                            if seen == stop { throw Stop() }
                        }
                    }
                    #expect(seen == stop)
                    #expect(try await db.fetchOne("SELECT \(stop)", as: Int.self) == stop)
                }
                // In a transaction too, which is not harmed by it.
                let sum = try await db.transaction { tx in
                    await #expect(throws: Stop.self) {
                        try await tx.forEachRow("SELECT generate_series(1, 20000)") { _ in throw Stop() }
                    }
                    return try await tx.fetchOne("SELECT 1", as: Int.self)
                }
                #expect(sum == 1)
                // An error of the server after the closure's is nobody's concern.
                await #expect(throws: Stop.self) {
                    try await db.forEachRow("SELECT 1 / (100 - i) FROM generate_series(1, 100) i") { _ in throw Stop() }
                }
                #expect(try await db.fetchOne("SELECT 2", as: Int.self) == 2)
                // And one before it counts.
                var seen = 0
                let error = try await serverFailure {
                    try await db.forEachRow("SELECT 1 / (100 - i) FROM generate_series(1, 100) i") { _ in seen += 1 }
                }
                #expect(error.sqlState == .divisionByZero && seen == 99)
            }
        }
    }
}
