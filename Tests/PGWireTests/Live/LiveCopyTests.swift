import PGWire
import Testing

extension Live {
    /// COPY in both directions and all formats.
    @Suite struct Copies {
        @Test(arguments: LiveServer.allCases) func textAndCSV(_ server: LiveServer) async throws {
            try await server.withTable("id int4, name text") { db, table in
                let text = try await db.copyIn("COPY \(identifier: table) FROM STDIN") { writer in
                    try await writer.write("1\tAnn\n2\t")
                    try await writer.write("\\N\n")
                    // The pieces need not be rows, nor be text.
                    let rest = Array("3\thäßlich\\t🐘\n".utf8)
                    try await writer.write(Array(rest.prefix(5)))
                    try await writer.write([])
                    try await writer.write(rest.span.bytes.extracting(5..<rest.count))
                }
                #expect(text == 3)
                let csv = try await db.copyIn("COPY \(identifier: table) FROM STDIN (FORMAT csv, HEADER)") { writer in
                    try await writer.write("id,name\n4,\"two\nlines, \"\"quoted\"\"\"\n5,")
                }
                #expect(csv == 2)
                let rows = try await db.fetchAll(
                    "SELECT id, name FROM \(identifier: table) ORDER BY id", as: (Int, String?).self)
                #expect(rows.map(\.0) == [1, 2, 3, 4, 5])
                #expect(rows.map(\.1) == ["Ann", nil, "häßlich\t🐘", "two\nlines, \"quoted\"", nil])

                for (options, expected) in [
                    ("", "1\tAnn\n2\t\\N\n3\thäßlich\\t🐘\n4\ttwo\\nlines, \"quoted\"\n5\t\\N\n"),
                    (
                        "(FORMAT csv, HEADER)",
                        "id,name\n1,Ann\n2,\n3,häßlich\t🐘\n4,\"two\nlines, \"\"quoted\"\"\"\n5,\n"
                    ),
                ] {
                    var bytes: [UInt8] = []
                    let count = try await db.copyOut(
                        "COPY (SELECT * FROM \(identifier: table) ORDER BY id) TO STDOUT \(raw: options)"
                    ) { piece in bytes += [UInt8](copying: piece) }
                    #expect(String(decoding: bytes, as: UTF8.self) == expected)
                    #expect(count == 5)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func binaryAsItIs(_ server: LiveServer) async throws {
            try await server.withTable("id int4, name text") { db, table in
                try await db.execute(
                    "INSERT INTO \(identifier: table) SELECT i, repeat('x', i) FROM generate_series(1, 500) i")
                var bytes: [UInt8] = []
                let out: SQL = "COPY \(identifier: table) TO STDOUT (FORMAT binary)"
                #expect(try await db.copyOut(out) { piece in bytes += [UInt8](copying: piece) } == 500)
                #expect(bytes.starts(with: BinaryCopy.header) && bytes.suffix(2) == [0xFF, 0xFF])
                // Back in, cut anywhere, without the header and the end, which the writer adds.
                let rows = bytes.dropFirst(BinaryCopy.header.count).dropLast(2)
                let count = try await db.copyIn("COPY \(identifier: table) FROM STDIN (FORMAT binary)") { writer in
                    var rest = rows
                    while !rest.isEmpty {
                        let piece = rest.prefix(Int.random(in: 1...10_000))
                        try await writer.write(Array(piece))
                        rest = rest.dropFirst(piece.count)
                    }
                }
                #expect(count == 500)
                let sums = try await db.fetchOne(
                    "SELECT count(*), sum(id), sum(length(name)) FROM \(identifier: table)", as: (Int, Int, Int).self)
                #expect(sums == (1000, 250_500, 250_500))
            }
        }

        @Test(arguments: LiveServer.allCases) func rowsOfValues(_ server: LiveServer) async throws {
            let rows: [(Int64, String?, [UInt8]?, [Int32?], Double)] = (0..<3000).map { index in
                let bytes: [UInt8]? = index % 5 == 0 ? nil : [UInt8](repeating: UInt8(index % 256), count: index % 50)
                return (
                    Int64(index), index % 3 == 0 ? nil : "näme \(index)", bytes, [nil, Int32(index)], Double(index) / 8
                )
            }
            try await server.withTable("a int8, b text, c bytea, d int4[], e float8") { db, table in
                for timeout: Duration? in [nil, .seconds(60)] {
                    try await db.execute("TRUNCATE \(identifier: table)")
                    let columns = "(e, d, c, b, a)"
                    let count = try await db.copyIn(
                        "COPY \(identifier: table) \(raw: columns) FROM STDIN (FORMAT binary)", timeout: timeout
                    ) { writer in
                        for (a, b, c, d, e) in rows { try await writer.write(row: e, d, c, b, a) }
                    }
                    #expect(count == 3000)
                    var index = 0
                    let back = try await db.copyOut(
                        "  copy (SELECT * FROM \(identifier: table) ORDER BY a) TO STDOUT (FORMAT binary)",
                        as: (Int64, String?, [UInt8]?, [Int32?], Double).self, timeout: timeout
                    ) { a, b, c, d, e in
                        let row = rows[index]
                        index += 1
                        guard a == row.0, b == row.1, c == row.2, d == row.3, e == row.4 else { throw Stop() }
                    }
                    #expect(back == 3000 && index == 3000)
                    let text = try await db.fetchOne(
                        "SELECT \(identifier: table)::text FROM \(identifier: table) WHERE a = 7", as: String.self)
                    #expect(text == #"(7,"näme 7","\\x07070707070707","{NULL,7}",0.875)"#)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func nothingAtAll(_ server: LiveServer) async throws {
            try await server.withTable("id int4") { db, table in
                for format in ["text", "csv", "binary"] {
                    let into: SQL = "COPY \(identifier: table) FROM STDIN (FORMAT \(raw: format))"
                    let out: SQL = "COPY \(identifier: table) TO STDOUT (FORMAT \(raw: format))"
                    #expect(try await db.copyIn(into) { _ in } == 0)
                    var size = 0
                    #expect(try await db.copyOut(out) { piece in size += piece.byteCount } == 0)
                    #expect(size == (format == "binary" ? BinaryCopy.header.count + 2 : 0))
                }
                let none = try await db.copyOut(
                    "COPY \(identifier: table) TO STDOUT (FORMAT binary)", as: Int32.self
                ) { _ in throw Stop() }
                #expect(none == 0)
            }
        }

        @Test(arguments: LiveServer.allCases) func largeValues(_ server: LiveServer) async throws {
            let text = String(repeating: "häßlich ", count: 500_000)
            let bytes = [UInt8](repeating: 0xFF, count: 3_000_000)
            try await server.withTable("a text, b bytea") { db, table in
                let count = try await db.copyIn("COPY \(identifier: table) FROM STDIN (FORMAT binary)") { writer in
                    for _ in 1...3 { try await writer.write(row: text, bytes) }
                }
                #expect(count == 3)
                var seen = 0
                try await db.copyOut(
                    "COPY \(identifier: table) TO STDOUT (FORMAT binary)", as: (String, [UInt8]).self
                ) { a, b in
                    #expect(a == text && b == bytes)
                    seen += 1
                }
                #expect(seen == 3)
            }
        }

        @Test(arguments: LiveServer.allCases) func insideATransaction(_ server: LiveServer) async throws {
            try await server.withTable("id int4") { db, table in
                let into: SQL = "COPY \(identifier: table) FROM STDIN"
                let out: SQL = "COPY \(identifier: table) TO STDOUT (FORMAT binary)"
                // What is copied counts only when the transaction does.
                await #expect(throws: Stop.self) {
                    try await db.transaction { tx in
                        let count = try await tx.copyIn(into) { try await $0.write("1\n2\n") }
                        #expect(count == 2)
                        throw Stop()
                    }
                }
                #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 0)
                try await db.transaction { tx in
                    try await tx.copyIn(into, timeout: .seconds(9)) { try await $0.write("1\n2\n") }
                    // The timeout does not stay for the calls after it.
                    let setting = try await tx.fetchOne("SELECT current_setting('statement_timeout')", as: String.self)
                    #expect(setting == "0")
                    var ids: [Int32] = []
                    let count = try await tx.copyOut(out, as: Int32.self) { ids.append($0) }
                    #expect(count == 2 && ids == [1, 2])
                }
                #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 2)
            }
        }

        /// What a COPY has set for itself is gone with it, also behind a pooler, where others get the server connection.
        @Test(arguments: LiveServer.allCases) func aTimeoutStaysNowhere(_ server: LiveServer) async throws {
            try await server.withTable("id int4") { db, table in
                try await db.copyIn("COPY \(identifier: table) FROM STDIN", timeout: .seconds(9)) {
                    try await $0.write("1\n")
                }
                try await db.copyOut("COPY \(identifier: table) TO STDOUT", timeout: .seconds(9)) { _ in }
                #expect(try await db.fetchOne("SELECT current_setting('statement_timeout')", as: String.self) == "0")
            }
        }
    }
}

extension LiveServer {
    /// Runs `body` with a connection and a table of its own with these columns.
    func withTable(
        _ columns: String, _ change: (inout Connection.Configuration) -> Void = { _ in },
        _ body: (Connection, String) async throws -> Void
    ) async throws {
        let table = "live_\(UInt32.random(in: 0 ... .max))"
        try await connected(change) { db in
            try await db.execute("CREATE TABLE \(identifier: table) (\(raw: columns))")
            do {
                try await body(db, table)
            } catch {
                // The server is shared; what is under way is not waited for.
                try await observed {
                    try await $0.execute("DROP TABLE IF EXISTS \(identifier: table)", timeout: .seconds(5))
                }
                throw error
            }
            try await db.execute("DROP TABLE IF EXISTS \(identifier: table)")
        }
    }
}
