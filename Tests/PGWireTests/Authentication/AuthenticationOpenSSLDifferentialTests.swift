import COpenSSL
import PGWire
import Testing

/// Our digests against OpenSSL's on random input. The seed is printed, and `PGWIRE_SEED` repeats a run.
@Suite struct AuthenticationOpenSSLDifferentialTests {
    @Test func digestsAgreeWithOpenSSL() {
        var random = RandomDigestInput.printingItsSeed(for: "digestsAgreeWithOpenSSL")
        for _ in 0..<400 {
            let message = random.bytes(upTo: 300)
            #expect(SHA256.hash(message) == openSSLDigest(message, EVP_sha256()), "\(Hexadecimal.encode(message))")
            #expect(MD5.hash(message) == openSSLDigest(message, EVP_md5()), "\(Hexadecimal.encode(message))")

            var pieces = SHA256()
            var rest = message[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...130, using: &random))
                pieces.update(piece)
                rest = rest.dropFirst(piece.count)
            }
            #expect(pieces.finalize() == openSSLDigest(message, EVP_sha256()), "\(Hexadecimal.encode(message))")
        }
    }

    /// The other way to compress a block is the processor's own; where it has none, there is one way and this compares
    /// nothing.
    @Test func theProcessorAgreesWithTheWrittenOutRounds() {
        var random = RandomDigestInput.printingItsSeed(for: "theProcessorAgreesWithTheWrittenOutRounds")
        var chosen = SHA256.State.initial
        var portable = SHA256.State.initial
        for _ in 0..<1000 {
            let bytes = (0..<64).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let block = SHA256.Block(bytes.span, at: 0)
            chosen.compress(block)
            portable.compressPortably(block)
            #expect(chosen == portable, "\(Hexadecimal.encode(bytes))")
        }
        print("SHA-256 by the processor's instructions: \(SHA256.hasInstructions)")
    }

    @Test func hmacAgreesWithOpenSSL() {
        var random = RandomDigestInput.printingItsSeed(for: "hmacAgreesWithOpenSSL")
        for _ in 0..<400 {
            let (key, message) = (random.bytes(upTo: 150), random.bytes(upTo: 300))
            var code = [UInt8](repeating: 0, count: 32)
            var count: UInt32 = 0
            HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &count)
            #expect(
                HMACSHA256.authenticate(message, key: key) == code,
                "\(Hexadecimal.encode(key)) \(Hexadecimal.encode(message))")
        }
    }

    @Test func pbkdf2AgreesWithOpenSSL() {
        var random = RandomDigestInput.printingItsSeed(for: "pbkdf2AgreesWithOpenSSL")
        for _ in 0..<60 {
            let (password, salt) = (random.bytes(upTo: 100), random.bytes(upTo: 80))
            let iterations = Int.random(in: 1...200, using: &random)
            var key = [UInt8](repeating: 0, count: 32)
            PKCS5_PBKDF2_HMAC(
                password.map { CChar(bitPattern: $0) }, Int32(password.count), salt, Int32(salt.count),
                Int32(iterations), EVP_sha256(), 32, &key)
            let ours = PBKDF2(password: password, salt: salt, iterations: iterations).result
            #expect(ours == key, "\(Hexadecimal.encode(password)) \(Hexadecimal.encode(salt)) \(iterations)")
        }
    }

    private func openSSLDigest(_ message: [UInt8], _ algorithm: OpaquePointer?) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        EVP_Digest(message, message.count, &digest, &count, algorithm, nil)
        return Array(digest.prefix(Int(count)))
    }
}
