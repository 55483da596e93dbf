/// SASLprep (RFC 4013, a profile of stringprep, RFC 3454), as PostgreSQL applies it to passwords for SCRAM.
///
/// The result must be that of the server, so this follows `pg_saslprep()` in src/common/saslprep.c where it differs
/// from the RFC:
/// - ASCII is taken as it is, control characters included;
/// - prohibited and unassigned code points and text direction are checked after mapping but *before* normalization;
/// - U+200B, which RFC 4013 maps to both a space and nothing, becomes a space.
package enum SASLprep {
    /// The bytes that SCRAM salts: the prepared password, or the password itself where SASLprep refuses it (PostgreSQL
    /// manual, "SASL Authentication").
    package static func passwordBytes(_ password: [UInt8]) -> [UInt8] {
        prepare(password) ?? password
    }

    /// - Returns: the prepared password, or nil if it is not UTF-8 or SASLprep refuses it.
    package static func prepare(_ password: [UInt8]) -> [UInt8]? {
        guard password.contains(where: { $0 >= 0x80 }) else { return password }
        guard let text = String(validating: password, as: UTF8.self) else { return nil }
        let tables = SASLprepTables.shared
        let mapped = text.unicodeScalars.compactMap { scalar in
            if tables.spaces.contains(scalar.value) { return UInt32(0x20) }
            return tables.vanishing.contains(scalar.value) ? nil : scalar.value
        }
        guard !mapped.isEmpty,
            !mapped.contains(where: { tables.prohibited.contains($0) || tables.unassigned.contains($0) }),
            isDirectionConsistent(mapped, tables)
        else { return nil }
        var prepared = String.UnicodeScalarView()
        prepared.append(contentsOf: CompatibilityComposition(tables).normalize(mapped).compactMap(Unicode.Scalar.init))
        return Array(String(prepared).utf8)
    }

    /// RFC 3454, section 6: right-to-left text starts and ends with it, and contains no left-to-right letters.
    private static func isDirectionConsistent(_ codes: [UInt32], _ tables: SASLprepTables) -> Bool {
        guard codes.contains(where: tables.rightToLeftLetters.contains) else { return true }
        guard let first = codes.first, let last = codes.last else { return true }
        return tables.rightToLeftLetters.contains(first) && tables.rightToLeftLetters.contains(last)
            && !codes.contains(where: tables.leftToRightLetters.contains)
    }
}
