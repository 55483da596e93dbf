import PGWire
import Synchronization
import Testing

extension Live {
    /// Statements, results and their sizes, against every server.
    @Suite struct Query {
        @Test(arguments: LiveServer.allCases) func answersAndTags(_ server: LiveServer) async throws {
            try await server.connected { db in
                let one = try await db.fetchOne("SELECT 1", as: Int.self)
                #expect(one == 1)
                #expect(try await db.execute("").description == "")
                #expect(try await db.fetchAll("").isEmpty)
                #expect(try await db.execute(" -- nothing but a comment").description == "")
                #expect(try await db.execute("SELECT generate_series(1, 3)").rowCount == 3)
                #expect(try await db.fetchAll("SELECT").count == 1)
            }
        }

        @Test(arguments: LiveServer.allCases) func scriptsRunManyStatements(_ server: LiveServer) async throws {
            try await server.connected { db in
                let results = try await db.execute(
                    script: """
                        CREATE TEMPORARY TABLE t (id int, name text);
                        INSERT INTO t VALUES (1, 'a;b'), (2, NULL);
                        ;
                        SELECT id, name FROM t ORDER BY id;
                        DROP TABLE t
                        """)
                #expect(results.map(\.tag.description) == ["CREATE TABLE", "INSERT 0 2", "SELECT 2", "DROP TABLE"])
                #expect(try results[2].rows.map { try $0.decode("name", as: String?.self) } == ["a;b", nil])
                #expect(try results[2].rows.map { try $0.decode(0, as: Int.self) } == [1, 2])
                #expect(try await db.execute(script: "").map(\.tag.description) == [""])
                // All of it is one transaction: what came before the error is undone.
                let error = try await serverFailure {
                    try await db.execute(script: "CREATE TABLE undone (id int); SELECT 1/0; SELECT 2")
                }
                #expect(error.sqlState == .divisionByZero)
                #expect(try await db.fetchOne("SELECT to_regclass('undone') IS NULL", as: Bool.self))
            }
        }

        @Test(arguments: LiveServer.allCases) func largeValuesBothWays(_ server: LiveServer) async throws {
            let bytes = [[UInt8]](repeating: [UInt8](0...255), count: 8_000).flatMap(\.self)
            let text = String(repeating: "häßlich ", count: 200_000)
            try await server.connected { db in
                let row = try await db.fetchOne(
                    "SELECT \(bytes), 2, \(text)::text, length(\(text)::text), repeat('x', 3000000)")
                #expect(try row.decode(0, as: [UInt8].self) == bytes)
                #expect(try row.decode(2, as: String.self) == text)
                #expect(try row.decode(3, as: Int.self) == 1_600_000)
                #expect(try row.decode(4, as: String.self).utf8.count == 3_000_000)
                // Large parameters go out while a large result comes in: full buffers both ways must not block.
                let echoed = try await db.fetchAll(
                    "SELECT \(text)::text FROM generate_series(1, 3)", as: String.self)
                #expect(echoed == [text, text, text])
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        /// 200 MB go through, and what is held at a time stays small.
        @Test(arguments: LiveServer.allCases) func streamsInBoundedMemory(_ server: LiveServer) async throws {
            try await server.connected { db in
                var count = 0
                var bytes = 0
                var most = 0
                let before = residentMemory()
                let rows = db.query(
                    "SELECT i, repeat('0123456789', 1000) FROM generate_series(1, 20000) i", as: (Int, String).self)
                for try await (i, text) in rows {
                    count += 1
                    try #require(i == count)
                    bytes += text.utf8.count
                    if count % 1000 == 0 { most = max(most, residentMemory() - before) }
                }
                #expect(bytes == 200_000_000)
                #expect(most < 64_000_000, "\(most) bytes more were in use")
            }
        }

        @Test(arguments: LiveServer.allCases)
        func stoppingEarlyLeavesTheConnectionUsable(_ server: LiveServer) async throws {
            try await server.connected { db in
                for limit in [0, 1, 10_000] {
                    var seen = 0
                    for try await i in db.query("SELECT generate_series(1, 50000)", as: Int.self) {
                        seen += 1
                        #expect(i == seen)
                        if seen > limit { break }
                    }
                    #expect(seen == limit + 1)
                    #expect(try await db.fetchOne("SELECT \(limit)", as: Int.self) == limit)
                }
                // Neither does an error of the body, nor a row that cannot be decoded.
                await #expect(throws: Stop.self) {
                    for try await _ in db.query("SELECT generate_series(1, 50000)") { throw Stop() }
                }
                try await expectFailure(
                    "column \"generate_series\" of type 25 (text) cannot be decoded as Int: take String, or cast it in SQL"
                ) {
                    try await db.fetchAll("SELECT generate_series(1, 9)::text", as: Int.self)
                }
                #expect(try await db.fetchOne("SELECT 7", as: Int.self) == 7)
            }
        }

        @Test(arguments: LiveServer.allCases) func aSequenceCanBeIteratedAgain(_ server: LiveServer) async throws {
            try await server.connected { db in
                let rows = db.query("SELECT \(3) + i FROM generate_series(1, 2) i", as: Int.self)
                for _ in 0..<2 {
                    var values: [Int] = []
                    for try await value in rows { values.append(value) }
                    #expect(values == [4, 5])
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func tellsParametersAndNotices(_ server: LiveServer) async throws {
            let notices = Mutex<[ServerError]>([])
            try await server.connected {
                $0.noticeHandler = { notice in notices.withLock { $0.append(notice) } }
            } _: { db in
                #expect(try await db.parameter("client_encoding") == "UTF8")
                #expect(try await db.parameter("standard_conforming_strings") == "on")
                #expect(try await db.parameter("no_such_parameter") == nil)
                let version = try await db.fetchOne("SELECT current_setting('server_version')", as: String.self)
                #expect(try await db.parameter("server_version") == version)
                try await db.execute(script: "DO $$ BEGIN RAISE NOTICE 'hëllo %', 1; RAISE WARNING 'careful'; END $$")
                try await db.execute(
                    "DO $$ BEGIN RAISE NOTICE 'extended' USING HINT = 'a hint', ERRCODE = 'U0001'; END $$")
            }
            let seen = notices.withLock { $0 }
            #expect(seen.map(\.severity) == ["NOTICE", "WARNING", "NOTICE"])
            #expect(seen.map(\.message) == ["hëllo 1", "careful", "extended"])
            #expect(seen.last?.hint == "a hint")
            #expect(seen.last?.sqlState.rawValue == "U0001")
        }

        @Test(arguments: LiveServer.direct) func aChangedParameterIsSeen(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.execute("SET TimeZone = 'Asia/Tokyo'")
                #expect(try await db.parameter("TimeZone") == "Asia/Tokyo")
                #expect(db.backendProcessID == (try await db.fetchOne("SELECT pg_backend_pid()", as: Int32.self)))
                #expect(
                    try await db.fetchOne("SELECT current_setting('application_name')", as: String.self) == "pgwire")
            }
        }

        @Test(arguments: LiveServer.allCases) func takes65535ParametersAndNoMore(_ server: LiveServer) async throws {
            try await server.connected { db in
                let most = Self.sum(of: 65_535)
                #expect(try await db.fetchOne(most, as: Int64.self) == 65_535)
                let tooMany = Self.sum(of: 65_536)
                try await expectFailure(
                    "65536 parameters are too many: a statement takes at most 65535. Pass arrays instead (INSERT … SELECT "
                        + "FROM unnest($1, $2)), or use COPY."
                ) {
                    try await db.fetchOne(tooMany, as: Int64.self)
                }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        /// Adds up as many parameters. In a list, as a sum of so many terms is too deep for the server.
        private static func sum(of count: Int) -> SQL {
            var text = SQL.StringInterpolation(literalCapacity: 0, interpolationCount: count)
            text.appendLiteral("SELECT count(*) FROM unnest(ARRAY[")
            for index in 0..<count {
                if index > 0 { text.appendLiteral(",") }
                text.appendInterpolation(Int32(index))
            }
            text.appendLiteral("]) x")
            return SQL(stringInterpolation: text)
        }

        @Test(arguments: LiveServer.allCases) func copyIsRefusedInBothDirections(_ server: LiveServer) async throws {
            let refusal = "the statement is a COPY, whose data this call neither gives nor takes: use copyIn or copyOut"
            try await server.connected { db in
                try await db.transaction { tx in
                    try await tx.execute("CREATE TEMPORARY TABLE c (id int) ON COMMIT DROP")
                    try await tx.execute("INSERT INTO c SELECT generate_series(1, 5000)")
                    try await expectFailure(refusal) { try await tx.execute("COPY c TO STDOUT") }
                    #expect(try await tx.fetchOne("SELECT count(*) FROM c", as: Int.self) == 5000)
                }
                for statement in ["COPY (SELECT generate_series(1, 5000)) TO STDOUT", "COPY mood_log FROM STDIN"] {
                    if statement.hasSuffix("STDIN") {
                        try await db.execute("CREATE TABLE IF NOT EXISTS mood_log (id int)")
                    }
                    try await expectFailure(refusal) { try await db.execute(SQL(raw: statement)) }
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                    try await expectFailure(refusal) { try await db.execute(SQL(raw: statement), timeout: .seconds(9)) }
                    #expect(try await db.fetchOne("SELECT 2", as: Int.self) == 2)
                    try await expectFailure(refusal) { try await db.execute(script: statement) }
                    #expect(try await db.fetchOne("SELECT 3", as: Int.self) == 3)
                }
                try await db.execute("DROP TABLE mood_log")
            }
        }
    }
}

/// What a closure may throw.
struct Stop: Error {}
