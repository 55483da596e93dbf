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

/// Whether values of the type are one byte, and nothing but that byte.
func isOneByte<T>(_ type: T.Type) -> Bool { MemoryLayout<T>.size == 1 && _isPOD(type) }

/// The only byte of a value for whose type ``isOneByte(_:)`` holds.
@inline(__always)
func onlyByte<T>(of value: T) -> UInt8 {
    // Sound: it is one.
    unsafe unsafeBitCast(value, to: UInt8.self)
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

extension UnsafeBufferPointer<UInt8> {
    /// Whether one of the bytes is zero.
    @inline(__always)
    var hasZero: Bool {
        guard let base = baseAddress else { return false }
        return unsafe memchr(base, 0, count) != nil
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

    /// Whether this text, which has no capital letters, is anywhere in it, whatever the case of the letters of ASCII there.
    func holds(anyCaseOf word: String) -> Bool {
        let (text, word) = (utf8, word.utf8)
        guard text.count >= word.count else { return false }
        let isFound = unsafe text.withContiguousStorageIfAvailable { text in
            unsafe word.withContiguousStorageIfAvailable { word in
                (0...text.count - word.count).contains { start in
                    word.indices.allSatisfy { index in
                        let byte = unsafe text[start + index]
                        return unsafe (0x41...0x5A).contains(byte) ? byte | 0x20 == word[index] : byte == word[index]
                    }
                }
            }
        }
        return (isFound ?? nil) ?? lowercased().utf8.contains(word)
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
