#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The C library's memory functions.
enum Memory {
    /// Copies `count` bytes; source and target may overlap.
    static func move(_ count: Int, from source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer) {
        unsafe memmove(target, source, count)
    }
}

extension String {
    /// Whether one of the characters is U+0000.
    var hasZero: Bool {
        let hasZero = unsafe utf8.withContiguousStorageIfAvailable { utf8 in
            guard let base = utf8.baseAddress else { return false }
            return unsafe memchr(base, 0, utf8.count) != nil
        }
        return hasZero ?? utf8.contains(0)
    }
}

extension RawSpan {
    /// Whether one of the bytes is zero.
    var hasZero: Bool {
        unsafe withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            return unsafe memchr(base, 0, bytes.count) != nil
        }
    }

    /// Whether both are the same.
    func hasSameBytes(as other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                return unsafe memcmp(first, second, left.count) == 0
            }
        }
    }

    /// Whether the bytes are the UTF-8 of `text`.
    func isEqual(to text: String) -> Bool {
        guard text.utf8.count == byteCount else { return false }
        let isEqual = unsafe text.utf8.withContiguousStorageIfAvailable { utf8 in
            unsafe withUnsafeBytes { bytes in
                guard let left = bytes.baseAddress, let right = utf8.baseAddress else { return true }
                return unsafe memcmp(left, right, bytes.count) == 0
            }
        }
        if let isEqual { return isEqual }
        return unsafe withUnsafeBytes { unsafe $0.elementsEqual(text.utf8) }
    }
}

extension String {
    /// Whether the UTF-8 of both is the same. `==` also treats canonically equivalent texts as equal (`é` in one
    /// scalar and in two), which the server does not.
    @inline(__always)
    package func hasSameBytes(as other: String) -> Bool { isSame(as: other) || hasSameStoredBytes(as: other) }

    private func hasSameStoredBytes(as other: String) -> Bool {
        let (left, right) = (utf8, other.utf8)
        guard left.count == right.count else { return false }
        let isEqual = unsafe left.withContiguousStorageIfAvailable { left in
            unsafe right.withContiguousStorageIfAvailable { right in
                guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                return unsafe memcmp(first, second, left.count) == 0
            }
        }
        return (isEqual ?? nil) ?? left.elementsEqual(right)
    }

    /// Whether both have the same storage, or the same few bytes in place of one, as when a literal is compared with
    /// itself.
    @inline(__always)
    private func isSame(as other: String) -> Bool {
        guard MemoryLayout<String>.size == MemoryLayout<(UInt64, UInt64)>.size else { return false }
        // Read only: two strings with the same bits have the same bytes.
        let left = unsafe unsafeBitCast(self, to: (UInt64, UInt64).self)
        let right = unsafe unsafeBitCast(other, to: (UInt64, UInt64).self)
        return left == right
    }

    /// Hashes what ``hasSameBytes(as:)`` compares.
    package func hashBytes(into hasher: inout Hasher) {
        let isHashed: Void? = unsafe utf8.withContiguousStorageIfAvailable { utf8 in
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer(utf8))
        }
        if isHashed == nil {
            for byte in utf8 { hasher.combine(byte) }
        }
        // Not a byte of UTF-8: it separates this text from the next one that is hashed.
        hasher.combine(UInt8.max)
    }
}
