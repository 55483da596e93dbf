import PGWire

/// W5: COPY … FROM STDIN in binary format.
struct Copying {
    func measure() async throws -> Result {
        throw NotApplicable(reason: "PGWire has no COPY yet")
    }
}
