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
