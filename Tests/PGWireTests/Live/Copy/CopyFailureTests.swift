import PGWire
import Testing

extension Live {
    /// What goes wrong with a COPY comes out as itself, and soon; the connection goes on.
    @Suite struct CopyFailures {
        static func into(_ table: String, _ options: String = "") -> SQL {
            "COPY \(identifier: table) FROM STDIN \(raw: options)"
        }

        /// Expects that so many rows are in the table.
        static func expect(
            _ count: Int, _ db: Connection, _ table: String, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let found = try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self)
            #expect(found == count, sourceLocation: sourceLocation)
        }

        /// Nothing is inserted, whenever the closure throws, and its error is unchanged.
        @Test(arguments: LiveServer.allCases) func aBodyThatThrows(_ server: LiveServer) async throws {
            try await server.withTable("id int4, name text") { db, table in
                for lines in [0, 1, 50_000] {
                    await #expect(throws: Stop.self) {
                        try await db.copyIn(Self.into(table)) { writer in
                            for id in 0..<lines { try await writer.write("\(id)\tname\n") }
                            throw Stop()
                        }
                    }
                    try await Self.expect(0, db, table)
                    await #expect(throws: Stop.self) {
                        try await db.copyIn(Self.into(table, "(FORMAT binary)"), timeout: .seconds(60)) { writer in
                            for id in 0..<lines { try await writer.write(row: Int32(id), "name") }
                            throw Stop()
                        }
                    }
                    try await Self.expect(0, db, table)
                }
                // In a transaction the server's refusal has ended it.
                await #expect(throws: Stop.self) {
                    try await db.transaction { tx in
                        try await tx.execute("INSERT INTO \(identifier: table) VALUES (1)")
                        try await tx.copyIn(Self.into(table)) { _ in throw Stop() }
                    }
                }
                try await Self.expect(0, db, table)
            }
        }

        @Test(arguments: LiveServer.allCases) func leavingCopyOutEarly(_ server: LiveServer) async throws {
            try await server.connected { db in
                let out = "COPY (SELECT i FROM generate_series(1, 100000) i) TO STDOUT"
                for limit in [1, 5000] {
                    var seen = 0
                    await #expect(throws: Stop.self) {
                        try await db.copyOut(SQL(raw: out)) { _ in
                            seen += 1
                            if seen == limit { throw Stop() }
                        }
                    }
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                    await #expect(throws: Stop.self) {
                        try await db.copyOut(SQL(raw: out + " (FORMAT binary)"), as: Int32.self) { i in
                            if i == Int32(limit) { throw Stop() }
                        }
                    }
                    #expect(try await db.fetchOne("SELECT 2", as: Int.self) == 2)
                }
                // An error of decoding is one of the closure's.
                try await expectFailure(
                    "column \"inet\" of type 869 (inet) cannot be decoded as String: take Inet, or cast it in SQL"
                ) {
                    try await db.copyOut("COPY (SELECT '::1'::inet) TO STDOUT (FORMAT binary)", as: String.self) { _ in
                    }
                }
                #expect(try await db.fetchOne("SELECT 3", as: Int.self) == 3)
            }
        }

        /// An error of the server in the middle of much data: it is noticed while the data flows, and little is sent
        /// after it.
        @Test(arguments: LiveServer.allCases) func badDataInTheMiddle(_ server: LiveServer) async throws {
            try await server.withTable("id int4 PRIMARY KEY, name text CHECK (name <> 'bad')") { db, table in
                let text = String(repeating: "x", count: 90)
                let cases: [(bad: String, SQLState)] = [
                    ("x\tname\n", .invalidTextRepresentation), ("1000\tbad\n", .checkViolation),
                    ("1000\tname\ttoo\n", .badCopyFileFormat), ("7\tname\n", .uniqueViolation),
                ]
                for (bad, state) in cases {
                    let before = try await db.traffic().bytesSent
                    var written = 0
                    let error = try await serverFailure {
                        try await db.copyIn(Self.into(table)) { writer in
                            for line in 1...1_000_000 {
                                let row = line == 1000 ? bad : "\(line)\t\(text)\n"
                                try await writer.write(row)
                                written += row.utf8.count
                            }
                        }
                    }
                    #expect(error.sqlState == state)
                    #expect(error.context?.hasPrefix("COPY \(table), line 1000") == true, "\(error)")
                    #expect(error.sql == Self.into(table).text)
                    // What the buffers of the system and of a pooler hold, where 100 MB were to be sent.
                    #expect(written < 32 << 20, "\(written)")
                    #expect(try await db.traffic().bytesSent - before < 32 << 20)
                    try await Self.expect(0, db, table)
                }
                // The same by the values of a row, at the very end.
                let late = try await serverFailure {
                    try await db.copyIn(Self.into(table, "(FORMAT binary)")) { writer in
                        try await writer.write(row: Int32(1), "name")
                        try await writer.write(row: Int32(2), "bad")
                    }
                }
                #expect(late.sqlState == .checkViolation)
                // Another type than the column's: nothing converts it.
                let type = try await failure {
                    try await db.copyIn(Self.into(table, "(FORMAT binary)")) { try await $0.write(row: 1, "name") }
                }
                guard case .encoding(let own) = type else { throw type }
                #expect(own.parameter == 1 && own.description.contains("write a value of type Int32"))
                try await Self.expect(0, db, table)
            }
        }

        /// A closure that does not care for the server's error cannot hide it.
        @Test(arguments: LiveServer.allCases) func aBodyThatSwallowsTheError(_ server: LiveServer) async throws {
            try await server.withTable("id int4") { db, table in
                let line = String(repeating: "1\n", count: 40_000)
                for isReplaced in [false, true] {
                    let error = try await serverFailure {
                        try await db.copyIn(Self.into(table)) { writer in
                            try await writer.write("no number\n")
                            for _ in 1...200 {
                                do { try await writer.write(line) } catch  where isReplaced { throw Stop() } catch {}
                            }
                        }
                    }
                    #expect(error.sqlState == .invalidTextRepresentation)
                }
                try await Self.expect(0, db, table)
            }
        }

        /// Before any data the server says no: the closure is not run.
        @Test(arguments: LiveServer.allCases) func errorsBeforeTheData(_ server: LiveServer) async throws {
            try await server.withTable("id int4") { db, table in
                let view = "view_of_\(table)"
                let role = "clearonly"
                try await db.execute("CREATE VIEW \(identifier: view) AS SELECT * FROM \(identifier: table)")
                for timeout: Duration? in [nil, .seconds(60)] {
                    // Into a view: noticed only when the data is to be put there.
                    let wrong = try await serverFailure {
                        try await db.copyIn(SQL(raw: "COPY \(view) FROM STDIN"), timeout: timeout) { writer in
                            for _ in 1...100_000 { try await writer.write("1\n") }
                        }
                    }
                    #expect(wrong.sqlState == .wrongObjectType)
                    for (statement, state) in [
                        ("COPY missing_table FROM STDIN", SQLState.undefinedTable),
                        ("COPY \(table) (nothing) FROM STDIN", .undefinedColumn),
                        ("COPY \(table) FROM STDIN (FORMAT nonsense)", .invalidParameterValue),
                        ("COPY \(table) FROM STDIN WHERE", .syntaxError),
                    ] {
                        let error = try await serverFailure {
                            try await db.copyIn(SQL(raw: statement), timeout: timeout) { _ in
                                Issue.record("the closure ran")
                            }
                        }
                        #expect(error.sqlState == state)
                        // The caret stands in what the caller wrote, whatever was sent with it.
                        if let position = error.position {
                            #expect((1...statement.count + 1).contains(position), "\(error)")
                        }
                    }
                    let denied = try await serverFailure {
                        try await db.transaction { tx in
                            try await tx.execute("SET LOCAL ROLE \(identifier: role)")
                            try await tx.copyIn(Self.into(table), timeout: timeout) { _ in
                                Issue.record("the closure ran")
                            }
                        }
                    }
                    #expect(denied.sqlState == .insufficientPrivilege)
                    let out = try await serverFailure {
                        try await db.copyOut("COPY missing_table TO STDOUT", timeout: timeout) { _ in }
                    }
                    #expect(out.sqlState == .undefinedTable && out.position == nil)
                    // In the middle of what is copied out.
                    var seen = 0
                    let late = try await serverFailure {
                        try await db.copyOut(
                            "COPY (SELECT 1 / (5000 - i) FROM generate_series(1, 10000) i) TO STDOUT", timeout: timeout
                        ) { _ in seen += 1 }
                    }
                    #expect(late.sqlState == .divisionByZero && seen == 4999)
                    let rows = try await serverFailure {
                        try await db.copyOut(
                            "COPY (SELECT 1 / (5000 - i) FROM generate_series(1, 10000) i) TO STDOUT (FORMAT binary)",
                            as: Int32.self, timeout: timeout
                        ) { _ in seen += 1 }
                    }
                    #expect(rows.sqlState == .divisionByZero && seen == 2 * 4999)
                }
                try await db.execute("DROP VIEW \(identifier: view)")
            }
        }
    }
}
