import PGWire

extension Revision {
    /// The SHA-256 of ``up`` in hexadecimal, without comments. ``down`` does not count: it may be corrected at any time.
    public var checksum: String { Self.checksum(of: up) }

    /// The SHA-256 of statements in hexadecimal. Comments between them do not count.
    package static func checksum(of statements: some Sequence<Statement>) -> String {
        var hash = SHA256()
        for statement in statements {
            hash.update(statement.text.utf8)
            // No statement holds a NUL, so no two lists of statements read the same.
            hash.update([0])
        }
        let digits = Array("0123456789abcdef")
        return String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
