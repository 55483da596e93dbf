#if ScribeApp
import PGWire

extension Revision {
    /// SHA-256 of the statements that lead here, in hexadecimal. Comments between them do not count, nor does the way
    /// back, which is not carried out before it is asked for.
    package var checksum: String {
        var hash = SHA256()
        for statement in up {
            hash.update(statement.text.utf8)
            // No statement holds a NUL, so no two lists of statements read the same.
            hash.update([0])
        }
        let digits = Array("0123456789abcdef")
        return String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
#endif
