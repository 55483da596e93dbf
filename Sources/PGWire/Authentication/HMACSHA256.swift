/// HMAC-SHA-256 (RFC 2104 and RFC 4231).
///
/// A key is stored as the two hash states after its inner and outer pad, so that PBKDF2 needs two compressions per
/// round instead of four.
package struct HMACSHA256: Sendable, Hashable {
    let inner: SHA256.State
    let outer: SHA256.State

    package init(key: [UInt8]) {
        // RFC 2104, section 2: a key longer than a block is hashed first.
        let short = key.count > SHA256.blockLength ? SHA256.hash(key) : key
        var innerPad = InlineArray<64, UInt8>(repeating: 0x36)
        var outerPad = InlineArray<64, UInt8>(repeating: 0x5c)
        for index in short.indices {
            innerPad[index] ^= short[index]
            outerPad[index] ^= short[index]
        }
        inner = Self.state(after: innerPad)
        outer = Self.state(after: outerPad)
    }

    package static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        HMACSHA256(key: key).authenticate(message).bytes
    }

    package func authenticate(_ message: [UInt8]) -> SHA256.State {
        var hash = SHA256(resuming: inner, afterBytes: UInt64(SHA256.blockLength))
        hash.update(message)
        return finish(hash.finalState())
    }

    /// The code of a message that is itself a digest: exactly two compressions, no allocation.
    @inline(__always)
    func authenticate(digest: SHA256.State) -> SHA256.State {
        var state = inner
        state.compress(SHA256.Block(digestAfterPad: digest))
        return finish(state)
    }

    @inline(__always)
    private func finish(_ digest: SHA256.State) -> SHA256.State {
        var state = outer
        state.compress(SHA256.Block(digestAfterPad: digest))
        return state
    }

    private static func state(after pad: borrowing InlineArray<64, UInt8>) -> SHA256.State {
        var state = SHA256.State.initial
        state.compress(SHA256.Block(pad.span, at: 0))
        return state
    }
}
