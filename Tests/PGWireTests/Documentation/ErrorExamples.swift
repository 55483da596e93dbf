import PGWire

/// What Documentation/Errors.md shows.
enum ErrorExamples {
    static func insert(_ db: Connection, id: Int64) async throws -> String {
        var outcome = "inserted"
        // shown: begin
        do {
            try await db.execute("INSERT INTO player (id) VALUES (\(id))")
        } catch PostgresError.server(let error) where error.sqlState == .uniqueViolation {
            outcome = "taken: \(error.constraintName ?? "")"
        } catch let error as PostgresError where error.isSafeToRetry {
            outcome = "nothing was carried out, and another try may succeed"
        } catch PostgresError.commitOutcomeUnknown {
            outcome = "look before you repeat it"
        }
        // shown: end
        return outcome
    }
}
