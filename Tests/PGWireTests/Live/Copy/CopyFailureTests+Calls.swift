import PGWire
import Testing

/// Calls that are wrong in themselves, whatever the data.
extension Live.CopyFailures {
    @Test(arguments: LiveServer.allCases) func callsThatAreWrong(_ server: LiveServer) async throws {
        try await server.withTable("a int4, b text") { db, table in
            let before = try await db.traffic()
            let parameters =
                #"COPY takes no parameters: write \(raw: …) or \(identifier: …) for what is part of its text"#
            try await expectFailure(parameters) {
                try await db.copyIn("COPY \(identifier: table) FROM STDIN WHERE a = \(1)") { _ in }
            }
            try await expectFailure(parameters) { try await db.copyOut("COPY (SELECT \(1)) TO STDOUT") { _ in } }
            try await expectFailure("copyIn and copyOut run COPY statements only, and this begins with \"INSE\"") {
                try await db.copyIn("INSERT INTO \(identifier: table) VALUES (1)") { _ in }
            }
            try await expectFailure("copyIn and copyOut run COPY statements only, and this begins with \"SELE\"") {
                try await db.copyOut("SELECT 1") { _ in }
            }
            try await expectFailure("the SQL text contains a zero byte, which PostgreSQL cannot take: remove it") {
                try await db.copyOut("COPY (SELECT 1) TO STDOUT\0", timeout: .seconds(5)) { _ in }
            }
            // Nothing of that was sent.
            #expect(try await db.traffic() == before)

            let binary = "(FORMAT binary)"
            try await expectFailure("a row of 1 values was written to a COPY of 2 columns") {
                try await db.copyIn(Self.into(table, binary)) { try await $0.write(row: Int32(1)) }
            }
            try await expectFailure("a row of 3 values was written to a COPY of 2 columns") {
                try await db.copyIn(Self.into(table, binary)) { try await $0.write(row: Int32(1), "b", "c") }
            }
            try await expectFailure(
                "rows of values need COPY … FROM STDIN (FORMAT binary); this one takes text or CSV"
            ) {
                try await db.copyIn(Self.into(table)) { try await $0.write(row: Int32(1), "b") }
            }
            try await expectFailure(
                "rows of values need COPY … TO STDOUT (FORMAT binary); this one sends text or CSV"
            ) {
                try await db.copyOut("COPY \(identifier: table) TO STDOUT", as: (Int32, String).self) { _, _ in }
            }
            try await expectFailure("the COPY has 2 columns where 1 are decoded") {
                try await db.copyOut("COPY \(identifier: table) TO STDOUT (FORMAT binary)", as: Int32.self) { _ in }
            }
            // A value that cannot be sent: nothing of its row is, and the closure may go on.
            let count = try await db.copyIn(Self.into(table, binary)) { writer in
                try await writer.write(row: Int32(1), "before")
                do {
                    try await writer.write(row: Int32(2), "zero\0byte")
                    Issue.record("it was written")
                } catch {
                    #expect("\(error)" == "column number 2 of a row for COPY: text with a zero byte (U+0000)")
                }
                try await writer.write(row: Int32(3), "after")
            }
            #expect(count == 2)
            let texts = try await db.fetchAll("SELECT b FROM \(identifier: table) ORDER BY a", as: String.self)
            #expect(texts == ["before", "after"])
            try await Self.expect(2, db, table)
        }
    }

    /// A COPY in the other direction, also a large one, is refused at once.
    @Test(arguments: LiveServer.allCases) func theOtherDirection(_ server: LiveServer) async throws {
        try await server.withTable("id int4") { db, table in
            let endless: SQL = "COPY (SELECT repeat('x', 1000 + 0 * generate_series(1, 100000000))) TO STDOUT"
            let clock = ContinuousClock.now
            try await expectFailure("copyIn needs a COPY … FROM STDIN") {
                try await db.copyIn(endless) { _ in Issue.record("the closure ran") }
            }
            #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            try await expectFailure("the COPY has 1 columns where 2 are decoded") {
                try await db.copyOut(
                    "COPY (SELECT repeat('x', 1000 + 0 * generate_series(1, 100000000))) TO STDOUT (FORMAT binary)",
                    as: (String, String).self
                ) { _, _ in }
            }
            #expect(try await db.fetchOne("SELECT 2", as: Int.self) == 2)
            #expect(.now - clock < .seconds(4))
            try await expectFailure("copyOut needs a COPY … TO STDOUT") {
                try await db.copyOut(Self.into(table)) { _ in Issue.record("the closure ran") }
            }
            try await expectFailure("copyOut needs a COPY … TO STDOUT") {
                try await db.copyOut(Self.into(table, "(FORMAT binary)"), as: Int32.self) { _ in }
            }
            #expect(try await db.fetchOne("SELECT 3", as: Int.self) == 3)
        }
    }

    /// The simple protocol takes several statements in one text; copyIn and copyOut take one.
    @Test(arguments: LiveServer.allCases) func severalStatements(_ server: LiveServer) async throws {
        let several = "copyIn and copyOut run one COPY, and this text holds further statements"
        try await server.withTable("id int4") { db, table in
            let into = Self.into(table).text
            let out = "COPY (SELECT generate_series(1, 3)) TO STDOUT"
            for text in ["\(into); \(into)", "\(into); \(out)"] {
                try await expectFailure(several) {
                    try await db.copyIn(SQL(raw: text), timeout: .seconds(1)) { try await $0.write("1\n") }
                }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
            for text in ["\(out); \(into)", "\(out); \(out)"] {
                try await expectFailure(several) {
                    try await db.copyOut(SQL(raw: text), timeout: .seconds(1)) { _ in }
                }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }
    }

    /// The connection is taken while its COPY is under way: whoever uses it in the closure would wait for ever.
    @Test(arguments: LiveServer.allCases) func theSameConnectionInTheBody(_ server: LiveServer) async throws {
        let refusal =
            "this task has a COPY under way on the connection: inside its closure use another connection, as a call on "
            + "this one would wait for it for ever"
        try await server.withTable("id int4") { db, table in
            try await expectFailure(refusal) {
                try await db.copyIn(Self.into(table)) { _ in try await db.execute("SELECT 1") }
            }
            try await expectFailure(refusal) {
                try await db.copyOut("COPY (SELECT 1) TO STDOUT") { _ in
                    for try await _ in db.query("SELECT 1") {}
                }
            }
            #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
        }
    }
}
