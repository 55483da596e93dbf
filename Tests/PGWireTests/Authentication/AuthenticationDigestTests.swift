import PGWire
import Testing

/// Published vectors: a wrong digest must not be able to agree with itself.
@Suite struct AuthenticationDigestTests {
    @Test(
        "SHA-256: FIPS 180-4 examples and CAVP SHA256ShortMsg",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("616263", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                Hexadecimal.encode("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                Hexadecimal.encode(
                    ("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                        + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu").utf8),
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
            ("d3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"),
            ("11af", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"),
            ("74ba2521", "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e"),
        ])
    func sha256(message: String, digest: String) {
        #expect(Hexadecimal.encode(SHA256.hash(Hexadecimal.decode(message))) == digest)
    }

    @Test func sha256OfAMillionLettersInOddPieces() {
        var hash = SHA256()
        var left = 1_000_000
        var piece = 1
        while left > 0 {
            let count = min(piece, left)
            hash.update([UInt8](repeating: UInt8(ascii: "a"), count: count))
            left -= count
            piece = (piece * 7 + 3) % 201
        }
        let digest = Hexadecimal.encode(hash.finalize())
        #expect(digest == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(
        "HMAC-SHA-256: RFC 4231, section 4",
        arguments: [
            (
                String(repeating: "0b", count: 20), Hexadecimal.encode("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Hexadecimal.encode("Jefe".utf8), Hexadecimal.encode("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                "0102030405060708090a0b0c0d0e0f10111213141516171819", String(repeating: "cd", count: 50),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
            ),
            (
                String(repeating: "aa", count: 131),
                Hexadecimal.encode("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            (
                String(repeating: "aa", count: 131),
                Hexadecimal.encode(
                    ("This is a test using a larger than block-size key and a larger than block-size data. "
                        + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
            ),
        ])
    func hmac(key: String, message: String, code: String) {
        let actual = HMACSHA256.authenticate(Hexadecimal.decode(message), key: Hexadecimal.decode(key))
        #expect(Hexadecimal.encode(actual) == code)
    }

    /// The published keys are 64 bytes; SCRAM needs, and `PBKDF2` makes, the first block of 32.
    @Test(
        "PBKDF2-HMAC-SHA-256: RFC 7914, section 11",
        arguments: [
            ("passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"),
            ("Password", "NaCl", 80_000, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"),
        ])
    func pbkdf2(password: String, salt: String, iterations: Int, key: String) {
        var derivation = PBKDF2(password: Array(password.utf8), salt: Array(salt.utf8), iterations: iterations)
        while !derivation.advance(rounds: 4096) {}
        #expect(Hexadecimal.encode(derivation.result) == key)
    }

    @Test(arguments: [1, 7, 99, 100, 1000]) func pbkdf2GivesTheSameKeyInSlicesOfAnySize(slice: Int) {
        var derivation = PBKDF2(password: Array("p".utf8), salt: Array("s".utf8), iterations: 100)
        let whole = derivation.result
        var slices = 0
        repeat { slices += 1 } while !derivation.advance(rounds: slice)
        #expect(derivation.result == whole)
        #expect(slices == max(1, (99 + slice - 1) / slice))
    }

    @Test func pbkdf2TreatsNonsenseAsOneIterationAndNoRounds() {
        var nonsense = PBKDF2(password: [1], salt: [2], iterations: -5)
        var one = PBKDF2(password: [1], salt: [2], iterations: 1)
        let bothDone = nonsense.advance(rounds: -1) && one.advance(rounds: 0)
        #expect(bothDone)
        #expect(nonsense.result == one.result)
        var two = PBKDF2(password: [1], salt: [2], iterations: 2)
        let done = two.advance(rounds: -1)
        #expect(!done)
    }

    @Test(
        "MD5: RFC 1321, appendix A.5",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "d174ab98d277d9f5a5611c2c9f419d9f"
            ),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a"
            ),
        ])
    func md5(message: String, digest: String) {
        #expect(Hexadecimal.encode(MD5.hash(Array(message.utf8))) == digest)
    }

    /// Computed with Python's hashlib.
    @Test func md5ResponseToPostgreSQL() {
        let response = MD5.postgresResponse(
            user: Array("scribe".utf8), password: Array("s3cret".utf8), salt: [0xde, 0xad, 0x00, 0x0a])
        #expect(String(decoding: response, as: UTF8.self) == "md5eb1a5e3cb97d44b13a043e84ebc7c401")
    }
}
