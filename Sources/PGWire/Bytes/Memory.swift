#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What the C library does best with memory.
enum Memory {
    /// Moves so many bytes, to a place that may overlap where they are.
    static func move(_ count: Int, from source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer) {
        unsafe memmove(target, source, count)
    }
}

extension String {
    /// Whether one of the characters is U+0000.
    var hasZero: Bool {
        let hasZero = unsafe utf8.withContiguousStorageIfAvailable { utf8 in
            guard let base = unsafe utf8.baseAddress else { return false }
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

    /// Whether the bytes are the UTF-8 of `text`.
    func isEqual(to text: String) -> Bool {
        guard text.utf8.count == byteCount else { return false }
        let isEqual = unsafe text.utf8.withContiguousStorageIfAvailable { utf8 in
            unsafe withUnsafeBytes { bytes in
                guard let left = bytes.baseAddress, let right = unsafe utf8.baseAddress else { return true }
                return unsafe memcmp(left, right, bytes.count) == 0
            }
        }
        if let isEqual { return isEqual }
        return unsafe withUnsafeBytes { unsafe $0.elementsEqual(text.utf8) }
    }
}
