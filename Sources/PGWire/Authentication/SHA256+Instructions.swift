import CSHA256

extension SHA256 {
    /// Whether the processor has SHA-256 instructions. They make PBKDF2 six times as fast.
    package static let hasInstructions = CSHA256_isAvailable() != 0
}

extension SHA256.State {
    /// ``compress(_:)`` where ``SHA256/hasInstructions``.
    @inline(__always)
    mutating func compressByInstructions(_ block: SHA256.Block) {
        // Sound: the state is eight words and nothing else, the block sixteen.
        unsafe withUnsafeMutableBytes(of: &self) { state in
            unsafe withUnsafeBytes(of: block) { block in
                unsafe CSHA256_compress(state.baseAddress, block.baseAddress)
            }
        }
    }
}
