import PGWireTesting
import Testing

/// What the recorded sessions mean, spelled out.
@Suite struct ProtocolRecordedEventsTests {
    @Test(arguments: ["postgresql-17", "pgbouncer"]) func errors(server: String) throws {
        #expect(
            try events("\(server)-error") == [
                "failed 42601: syntax error at or near \"SELEC\"", "ready idle",
                "columns ?column? 23 (int4)", "row ffffffff", "failed 22012: division by zero", "ready idle",
                "columns ?column? 23 (int4)", "row 00000001", "complete SELECT 1", "ready idle",
            ])
    }

    @Test(arguments: ["postgresql-17", "pgbouncer"]) func notices(server: String) throws {
        #expect(
            try events("\(server)-notice") == [
                "columns ", "notice NOTICE 00000: a notice", "notice WARNING 01000: a warning", "complete DO",
                "ready idle",
            ])
    }

    @Test(arguments: ["postgresql-17", "pgbouncer"]) func severalStatements(server: String) throws {
        #expect(
            try events("\(server)-several-statements") == [
                "columns one 23 (int4)", "row 31", "complete SELECT 1",
                "columns text 25 (text), nothing 25 (text)", "row 61 NULL", "complete SELECT 1", "complete SET",
                "complete RESET", "ready idle",
                "columns ?column? 23 (int4)", "row 31", "complete SELECT 1", "failed 22012: division by zero",
                "ready idle",
                "complete ", "ready idle",
            ])
    }

    @Test(arguments: ["postgresql-17", "pgbouncer"]) func cancelled(server: String) throws {
        #expect(
            try events("\(server)-cancelled") == [
                "columns ", "notice NOTICE 00000: under way", "failed 57014: canceling statement due to user request",
                "ready idle",
            ])
    }

    @Test(arguments: ["postgresql-17", "pgbouncer"]) func batch(server: String) throws {
        #expect(
            try events("\(server)-batch") == [
                "row ", "complete SELECT 1", "columns timeout 25 (text), text 25 (text)", "row 3573 78",
                "complete SELECT 1", "ready idle",
                "failed 22P02: invalid input syntax for type integer: \"no number\"", "ready idle",
            ])
    }

    @Test func copyWhereAQueryWasMeant() throws {
        let refusal = "failed 57014: COPY from stdin failed: this call gives no data"
        let data = [String](repeating: "COPY data of 2 bytes", count: 3)
        #expect(
            try events("postgresql-17-copy") == [
                "complete CREATE TABLE", "ready idle",
                "columns ", "wants COPY data", refusal, "ready idle",
                "columns ", "sends COPY data",
            ] + data + [
                "complete COPY 3", "ready idle",
                "wants COPY data", refusal, "ready idle",
                "sends COPY data",
            ] + data + [
                "complete COPY 3", "columns ?column? 23 (int4)", "row 31", "complete SELECT 1",
                "ready idle",
            ])
    }

    @Test func errorAfterTheStatementWasComplete() throws {
        let events = try events("postgresql-17-deferred-constraint")
        #expect(
            events.suffix(4).map { $0.prefix(22) } == [
                "row 00000001", "complete INSERT 0 1", "failed 23503: insert o", "ready idle",
            ])
    }

    /// What comes before the error was carried out, and nothing after it up to the Sync.
    @Test(arguments: ["postgresql-17", "pgbouncer"]) func pipeline(server: String) throws {
        let first =
            ["columns text 25 (text), n 23 (int4)"] + (1...3).map { "row 6669727374 0000000\($0)" } + [
                "complete SELECT 3"
            ]
        let second = ["columns ", "complete SET"]
        #expect(
            try events("\(server)-pipeline") == first + second + [
                "columns text 25 (text)", "complete SELECT 0", "ready idle",
            ] + first + ["failed 22012: division by zero", "ready idle"]
                + first + ["failed 42883: function nothing(text) does not exist", "ready idle"]
                + first + second + ["ready idle"])
    }

    /// Each part stands on its own.
    @Test func pipelineOfParts() throws {
        let good = ["columns text 25 (text)", "row 676f6f64", "complete SELECT 1"]
        let bad = "failed 22012: division by zero"
        let ready = "ready idle"
        let copies = [
            "columns ", "wants COPY data", "failed 57014: COPY from stdin failed: this call gives no data", ready,
            "columns ", "sends COPY data", "COPY data of 2 bytes", "complete COPY 1",
        ]
        #expect(
            try events("postgresql-17-pipeline-of-parts") == good + [ready] + good + [bad, ready] + good + [ready]
                + [bad, ready, bad, ready] + good + [ready] + ["complete CREATE TABLE", ready]
                + good + [ready] + good + copies + good + [ready] + good + [ready])
    }

    /// Parsed each time, then prepared, then without Describe; closed, dropped and outdated.
    @Test func prepared() throws {
        func rows(_ text: String, isDescribed: Bool = true) -> [String] {
            (isDescribed ? ["columns text 25 (text), n 23 (int4)"] : [])
                + (1...2).map { "row \(Hexadecimal.encode(text.utf8)) 0000000\($0)" } + [
                    "complete SELECT 2", "ready idle",
                ]
        }
        #expect(
            try events("postgresql-17-prepared") == rows("first") + ["row ", "complete SELECT 1"] + rows("second")
                + rows("third") + rows("fourth", isDescribed: false) + rows("fifth", isDescribed: false) + [
                    "columns ?column? 25 (text)", "row 736978746821", "complete SELECT 1", "ready idle",
                    "failed 26000: prepared statement \"pgwire_1\" does not exist", "ready idle",
                    "failed 42883: function nothing(text) does not exist", "ready idle",
                    "complete SELECT 1", "ready idle",
                    "columns text 25 (text)", "row 61", "complete SELECT 1", "ready idle",
                    "row 61", "complete SELECT 1", "ready idle",
                    "complete ALTER TABLE", "ready idle",
                    "failed 0A000: cached plan must not change result type", "ready idle",
                    "columns text 25 (text), more 23 (int4)", "row 61 NULL", "complete SELECT 1", "ready idle",
                ])
    }

    /// The header comes with the first row, and a server sends each row as a message.
    @Test(arguments: ["postgresql-17", "pgbouncer"]) func copyBinary(server: String) throws {
        let open = "ready inTransaction"
        #expect(
            try events("\(server)-copy-binary") == [
                "complete BEGIN", "complete CREATE TABLE", open,
                "sends COPY data", "COPY data of 21 bytes", "complete COPY 0", open,
                "wants COPY data", "complete COPY 3", open,
                "sends COPY data",
                "COPY data of 50 bytes", "copied row 00000001 726f772031 3fe0000000000000",
                "COPY data of 18 bytes", "copied row 00000002 NULL NULL",
                "COPY data of 31 bytes", "copied row 00000003 726f772033 3ff8000000000000",
                "COPY data of 2 bytes", "complete COPY 3", open,
                "complete SAVEPOINT", open,
                "wants COPY data", "failed 22P04: row field count is 2, expected 3", "ready failed",
                "complete ROLLBACK", open,
                "wants COPY data", "failed 57014: COPY from stdin failed: the client gave up", "ready failed",
                "complete ROLLBACK", open,
                "wants COPY data", "complete COPY 0", open,
                "sends COPY data", "COPY data of 29 bytes", "copied row 00000000", "COPY data of 10 bytes",
                "copied row 00000001", "failed 22012: division by zero", "ready failed",
                "complete ROLLBACK", "ready idle",
            ])
    }

    /// Notifications and reported settings are no part of any exchange.
    @Test func notification() throws {
        #expect(
            try events("postgresql-17-notification") == [
                "complete LISTEN", "complete NOTIFY", "ready idle", "columns ", "complete SET", "ready idle",
            ])
    }

    /// What follows the login.
    private func events(_ name: String) throws -> [String] {
        let events = try RecordedTranscript.named(name).events()
        #expect(events.prefix(2) == ["authenticated", "ready"])
        return Array(events.dropFirst(2))
    }
}
