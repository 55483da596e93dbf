/// A way to log in, by the word that libpq's `require_auth` has for it.
public enum AuthenticationMethod: String, Sendable, CaseIterable {
    /// The server asks for nothing (`trust`, `peer`, a client certificate).
    case none
    /// The password itself is sent.
    case password
    /// A salted MD5 digest of it. Deprecated by PostgreSQL.
    case md5
    case scramSHA256 = "scram-sha-256"
}
