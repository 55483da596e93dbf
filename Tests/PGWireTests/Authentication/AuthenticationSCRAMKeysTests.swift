import PGWire
import Testing

/// SCRAM's keys as they are stored, in place of a password.
@Suite struct AuthenticationSCRAMKeysTests {
    /// RFC 7677, section 3.
    @Test func theyProveWhatThePasswordProves() throws {
        let salt = try #require(Base64.decode("W22ZaJ0SNY7soEsUEjb6gQ==".utf8))
        let salted = PBKDF2(password: Array("pencil".utf8), salt: salt, iterations: 4096).result
        let ofPassword = SCRAMKeys(saltedPassword: salted)
        let keys = try #require(
            SCRAMKeys(
                clientKey: HMACSHA256.authenticate(Array("Client Key".utf8), key: salted),
                serverKey: HMACSHA256.authenticate(Array("Server Key".utf8), key: salted)))
        #expect(keys == ofPassword)
        let message = Array(
            """
            n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
            s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0
            """.utf8)
        #expect(
            Base64.encode(keys.clientProof(of: message)) == Array("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=".utf8))
        #expect(
            Base64.encode(keys.serverSignature(of: message))
                == Array("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8))
    }
}
