import PGWire
import Synchronization
import Testing

extension Live {
    /// Rows of a binary COPY, the first of which goes another way than those that follow it.
    @Suite struct CopyRows {
        /// Up to eight values have a function of their own.
        @Test func rowsOfAnyWidth() async throws {
            try await LiveServer.postgres17.connected { db in
                func check(_ width: Int, _ write: (inout CopyWriter, Int) async throws -> Void) async throws {
                    let columns = (1...width).map { "c\($0)" }
                    try await db.execute(
                        "CREATE TEMP TABLE wide (\(raw: columns.map { "\($0) int8" }.joined(separator: ", ")))")
                    let count = try await db.copyIn("COPY wide FROM STDIN (FORMAT binary)") { writer in
                        for row in 0..<4 { try await write(&writer, row * 100) }
                    }
                    #expect(count == 4)
                    let sum = columns.joined(separator: " || ',' || ")
                    let seen = try await db.fetchAll("SELECT \(raw: sum) FROM wide ORDER BY c1", as: String.self)
                    #expect(
                        seen
                            == (0..<4).map { row in
                                (0..<width).map { "\(row * 100 + $0)" }.joined(separator: ",")
                            })
                    try await db.execute("DROP TABLE wide")
                }
                try await check(1) { writer, first in
                    try await writer.write(row: first)
                }
                try await check(2) { writer, first in
                    try await writer.write(row: first, first + 1)
                }
                try await check(3) { writer, first in
                    try await writer.write(row: first, first + 1, first + 2)
                }
                try await check(4) { writer, first in
                    try await writer.write(row: first, first + 1, first + 2, first + 3)
                }
                try await check(5) { writer, first in
                    try await writer.write(row: first, first + 1, first + 2, first + 3, first + 4)
                }
                try await check(6) { writer, first in
                    try await writer.write(row: first, first + 1, first + 2, first + 3, first + 4, first + 5)
                }
                try await check(7) { writer, first in
                    try await writer.write(row: first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6)
                }
                try await check(8) { writer, first in
                    try await writer.write(
                        row: first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7)
                }
                try await check(9) { writer, first in
                    try await writer.write(
                        row: first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7,
                        first + 8)
                }
                try await check(10) { writer, first in
                    try await writer.write(
                        row: first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7,
                        first + 8, first + 9)
                }
            }
        }

        @Test func rowsOfChangingTypes() async throws {
            try await LiveServer.postgres17.connected { db in
                try await db.execute("CREATE TEMP TABLE changing (n int8, t text, a text[])")
                try await db.copyIn("COPY changing FROM STDIN (FORMAT binary)") { writer in
                    for number in 0..<3 {
                        try await writer.write(row: Int64(number), "a", ["x"])
                        try await writer.write(row: Int64?.none, "", [String?]())
                        try await writer.write(row: Int(number), String?.none, [String]?.none)
                        try await writer.write(
                            row: Int64?(7), Substring("long enough to have memory of its own"), ["é", nil])
                    }
                }
                let seen = try await db.fetchAll("SELECT changing::text FROM changing", as: String.self)
                #expect(
                    seen
                        == (0..<3).flatMap { number in
                            [
                                "(\(number),a,{x})", "(,\"\",{})", "(\(number),,)",
                                "(7,\"long enough to have memory of its own\",\"{é,NULL}\")",
                            ]
                        })
            }
        }

        /// Nothing is left of a row that cannot be sent, wherever in it that is found and however many went before it.
        @Test func rowsThatCannotBeSent() async throws {
            try await LiveServer.postgres17.connected { db in
                try await db.execute("CREATE TEMP TABLE refused (n int8, t text, u text, v int8)")
                let count = try await db.copyIn("COPY refused FROM STDIN (FORMAT binary)") { writer in
                    for number in 0..<5 {
                        if number > 0 { try await writer.write(row: number, "fine", "too", number) }
                        for (t, u, column) in [("a\0", "b", 2), ("a", String(repeating: "b", count: 30) + "\0", 3)] {
                            do {
                                try await writer.write(row: number, t, u, number)
                                Issue.record("it was written")
                            } catch PostgresError.encoding(let error) {
                                #expect(error.parameter == column)
                                #expect(
                                    error.description
                                        == "column number \(column) of a row for COPY: text with a zero byte (U+0000)")
                            }
                        }
                        do {
                            try await writer.write(row: number, "a", "b", 1.5)
                            Issue.record("it was written")
                        } catch PostgresError.encoding(let error) {
                            #expect(error.parameter == 4)
                        }
                    }
                }
                #expect(count == 4)
                let sums = try await db.fetchOne(
                    "SELECT sum(n)::int8, sum(v)::int8, min(t || u) FROM refused", as: (Int, Int, String).self)
                #expect(sums == (10, 10, "finetoo"))
            }
        }

        /// A type may do with its writer what it likes: what it has kept is its own.
        @Test func aTypeThatKeepsItsWriter() async throws {
            let kept = Kept()
            try await LiveServer.postgres17.connected { db in
                try await db.execute("CREATE TEMP TABLE kept (a int8, b int8, c text)")
                try await db.copyIn("COPY kept FROM STDIN (FORMAT binary)") { writer in
                    for number in 0..<100 {
                        try await writer.write(
                            row: Int64(number), Keeping(number: Int64(number), by: kept), "text \(number)")
                    }
                }
                let sums = try await db.fetchOne(
                    "SELECT sum(a)::int8, sum(b)::int8, count(DISTINCT c) FROM kept", as: (Int, Int, Int).self)
                #expect(sums == (4950, 4950, 100))
                #expect(kept.writers.withLock { $0.count } == 100)
                for (number, writer) in kept.writers.withLock({ $0 }).enumerated() {
                    var expected = ByteWriter()
                    expected.write(Int64(number))
                    #expect(writer.bytes.suffix(9) == expected.bytes + [1])
                }
                // As a parameter, too.
                #expect(
                    try await db.fetchOne("SELECT \(Keeping(number: 5, by: kept)) + \(Int64(1))", as: Int.self) == 6)
            }
        }

        private final class Kept: Sendable {
            let writers = Mutex<[ByteWriter]>([])
        }

        /// Throws away what was written before it.
        private struct Replacing: PostgresEncodable {
            static let postgresType = OID.int8
            func encode(to writer: inout ByteWriter) { writer = ByteWriter() }
        }

        /// What is lost cannot be made up for, so that nothing of it is stored, though the closure does not mind.
        @Test(arguments: LiveServer.allCases) func aValueThatReplacesItsWriter(_ server: LiveServer) async throws {
            let said = "it has removed what was written before it"
            try await server.withTable("id int8") { db, table async throws in
                let error = await #expect(throws: PostgresError.self) {
                    try await db.copyIn("COPY \(identifier: table) (id) FROM STDIN (FORMAT binary)") { writer in
                        for number in 1...10 { try await writer.write(row: Int64(number)) }
                        try? await writer.write(row: Replacing())
                        try await writer.write(row: Int64(11))
                    }
                }
                #expect(try "\(#require(error))".contains(said))
                let statement = await #expect(throws: PostgresError.self) {
                    try await db.execute("SELECT \(7), \(Replacing())")
                }
                #expect(try "\(#require(statement))".contains(said))
                let many = await #expect(throws: PostgresError.self) {
                    try await db.executeMany("INSERT INTO \(identifier: table) VALUES ($1)", [Replacing()])
                }
                #expect(try "\(#require(many))".contains(said))
                #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 0)
            }
        }

        private struct Keeping: PostgresEncodable {
            static var postgresType: OID { .int8 }
            var number: Int64
            var by: Kept

            func encode(to writer: inout ByteWriter) {
                writer.write(number)
                var copy = writer
                copy.write(UInt8(1))
                by.writers.withLock { $0.append(copy) }
            }

            init(number: Int64, by kept: Kept) {
                self.number = number
                by = kept
            }
        }
    }
}
