extension SHA256 {
    /// The eight hash words between two blocks (FIPS 180-4, section 6.2). Not an array, so that a round of PBKDF2
    /// allocates nothing.
    package struct State: Sendable, Hashable {
        package var a, b, c, d, e, f, g, h: UInt32

        /// FIPS 180-4, section 5.3.3.
        package static let initial = State(
            a: 0x6a09_e667, b: 0xbb67_ae85, c: 0x3c6e_f372, d: 0xa54f_f53a,
            e: 0x510e_527f, f: 0x9b05_688c, g: 0x1f83_d9ab, h: 0x5be0_cd19)

        /// The words as the digest's 32 bytes, big-endian.
        package var bytes: [UInt8] {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(SHA256.digestLength)
            for word in [a, b, c, d, e, f, g, h] {
                bytes.append(UInt8(truncatingIfNeeded: word &>> 24))
                bytes.append(UInt8(truncatingIfNeeded: word &>> 16))
                bytes.append(UInt8(truncatingIfNeeded: word &>> 8))
                bytes.append(UInt8(truncatingIfNeeded: word))
            }
            return bytes
        }

        static func ^= (left: inout State, right: State) {
            left.a ^= right.a
            left.b ^= right.b
            left.c ^= right.c
            left.d ^= right.d
            left.e ^= right.e
            left.f ^= right.f
            left.g ^= right.g
            left.h ^= right.h
        }
    }

    /// The sixteen words of one 64-byte block.
    package struct Block: Sendable {
        var words: InlineArray<16, UInt32>

        /// The 64 bytes from `start` on.
        package init(_ bytes: Span<UInt8>, at start: Int) {
            words = InlineArray(repeating: 0)
            for index in 0..<16 {
                let first = start + 4 * index
                words[index] =
                    UInt32(bytes[first]) &<< 24 | UInt32(bytes[first + 1]) &<< 16
                    | UInt32(bytes[first + 2]) &<< 8 | UInt32(bytes[first + 3])
            }
        }

        /// The padded last block of a message of one block (an HMAC pad) and this digest, which both halves of an HMAC
        /// hash.
        @inline(__always)
        init(digestAfterPad digest: State) {
            words = [
                digest.a, digest.b, digest.c, digest.d, digest.e, digest.f, digest.g, digest.h,
                0x8000_0000, 0, 0, 0, 0, 0, 0, UInt32((SHA256.blockLength + SHA256.digestLength) * 8),
            ]
        }
    }
}

extension SHA256.State {
    /// The digest of these 32 bytes; nil for any other number.
    package init?(bytes: [UInt8]) {
        guard bytes.count == SHA256.digestLength else { return nil }
        let words = stride(from: 0, to: bytes.count, by: 4).map { start in
            bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        self.init(
            a: words[0], b: words[1], c: words[2], d: words[3], e: words[4], f: words[5], g: words[6], h: words[7])
    }
}
