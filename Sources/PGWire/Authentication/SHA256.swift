/// Incremental SHA-256 (FIPS 180-4, sections 5.1.1, 5.3.3 and 6.2.2).
///
/// The compression itself is in `SHA256+Compression.swift`, as a function on plain words, because PBKDF2 calls it
/// thousands of times in a row on blocks that it lays out itself.
package struct SHA256: Sendable {
    package static let digestLength = 32
    package static let blockLength = 64

    private var state: State
    private var pending = InlineArray<64, UInt8>(repeating: 0)
    private var pendingCount = 0
    private var compressedBytes: UInt64

    package init() {
        self.init(resuming: .initial, afterBytes: 0)
    }

    /// Continues from a state after `afterBytes` bytes, a multiple of the block length, such as one of HMAC's pads.
    package init(resuming state: State, afterBytes: UInt64) {
        self.state = state
        compressedBytes = afterBytes
    }

    package static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    package mutating func update(_ bytes: some Sequence<UInt8>) {
        update(Array(bytes))
    }

    package mutating func update(_ bytes: [UInt8]) {
        let span = bytes.span
        var index = 0
        while index < span.count {
            if pendingCount == 0, span.count - index >= Self.blockLength {
                state.compress(Block(span, at: index))
                compressedBytes &+= UInt64(Self.blockLength)
                index += Self.blockLength
            } else {
                append(span[index])
                index += 1
            }
        }
    }

    package consuming func finalize() -> [UInt8] {
        finalState().bytes
    }

    /// The digest as eight words, for callers that hash it again.
    package consuming func finalState() -> State {
        let bitLength = (compressedBytes &+ UInt64(pendingCount)) &* 8
        // The length goes to the rest of the block if it fits, else to another block.
        let holdsLength = pendingCount < Self.lengthOffset
        append(0x80)
        if !holdsLength {
            while pendingCount != 0 { append(0) }
        }
        for index in pendingCount..<Self.lengthOffset { pending[index] = 0 }
        for index in 0..<8 {
            pending[Self.lengthOffset + index] = UInt8(truncatingIfNeeded: bitLength &>> UInt64(56 - 8 * index))
        }
        state.compress(Block(pending.span, at: 0))
        return state
    }

    /// The offset of the message's length in its last block.
    private static let lengthOffset = 56

    private mutating func append(_ byte: UInt8) {
        pending[pendingCount] = byte
        pendingCount &+= 1
        if pendingCount == Self.blockLength {
            state.compress(Block(pending.span, at: 0))
            pendingCount = 0
            compressedBytes &+= UInt64(Self.blockLength)
        }
    }
}
