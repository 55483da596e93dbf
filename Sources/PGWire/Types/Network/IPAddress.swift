/// An address of IPv4 or IPv6, the part of ``Inet`` and ``CIDR`` before the slash.
public struct IPAddress: Sendable, Hashable, LosslessStringConvertible {
    /// The version of the protocol.
    public enum Family: Sendable, Hashable {
        /// Four bytes.
        case v4
        /// Sixteen bytes.
        case v6
    }

    /// The version of the protocol.
    public let family: Family
    /// The first eight of sixteen bytes; zero for IPv4.
    private let high: UInt64
    /// The last eight of sixteen bytes, or the four of IPv4.
    private let low: UInt64

    /// The address of these bytes in network order; nil unless there are 4 or 16.
    public init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: family = .v4
        case 16: family = .v6
        default: return nil
        }
        high = bytes.dropLast(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The 4 or 16 bytes, in network order.
    public var bytes: [UInt8] {
        let low = stride(from: family == .v4 ? 24 : 56, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: self.low >> $0)
        }
        guard family == .v6 else { return low }
        return stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: high >> $0) } + low
    }

    /// The number of bits, 32 or 128.
    public var bitWidth: Int { family == .v4 ? 32 : 128 }

    /// Whether all bits after the first `prefixLength` are zero.
    func isNetwork(_ prefixLength: Int) -> Bool {
        var rest = prefixLength
        for byte in bytes {
            if rest < 8, byte << UInt8(max(rest, 0)) != 0 { return false }
            rest -= 8
        }
        return true
    }

    /// The text as the server writes it: `192.168.0.1`, `2001:db8::1`, `::ffff:1.2.3.4`.
    public var description: String {
        let bytes = bytes
        guard family == .v6 else { return Self.dotted(bytes[...]) }
        let words = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let zeros = Self.longestZeros(words)
        var text = ""
        for (index, word) in words.enumerated() {
            if zeros.contains(index) {
                if index == zeros.lowerBound { text += ":" }
                continue
            }
            if index > 0 { text += ":" }
            // As the server decides whether this is an IPv4 address within IPv6 (`pg_inet_net_ntop`).
            if index == 6, zeros == 0..<6 || zeros == 0..<5 && words[5] == 0xFFFF {
                return text + Self.dotted(bytes[12...])
            }
            text += String(word, radix: 16)
        }
        return zeros.upperBound == 8 ? text + ":" : text
    }

    private static func dotted(_ bytes: ArraySlice<UInt8>) -> String { bytes.map { "\($0)" }.joined(separator: ".") }

    /// The first of the longest runs of two zeros or more; empty when there is none.
    private static func longestZeros(_ words: [UInt16]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for (index, word) in words.enumerated() {
            if word != 0 {
                start = index + 1
            } else if index + 1 - start > max(best.count, 1) {
                best = start..<index + 1
            }
        }
        return best
    }

    /// Parses an address in full; nil when it is none.
    public init?(_ description: String) {
        let bytes = Array(description.utf8)
        var cursor = TextCursor(bytes.rawSpan)
        guard let address = cursor.address(), cursor.isAtEnd else { return nil }
        self = address
    }
}

extension TextCursor {
    /// Consumes an address of either version.
    @_lifetime(self: copy self)
    fileprivate mutating func address() -> IPAddress? {
        if let bytes = dottedBytes() { return IPAddress(bytes: bytes) }
        var bytes: [UInt8] = []
        // Where the run of zeros goes that `::` stands for.
        var gap: Int?
        if take(word: "::") { gap = 0 }
        while bytes.count < 16 {
            if let dotted = dottedBytes() {
                bytes += dotted
                break
            }
            guard let word = hexadecimalWord() else { break }
            bytes += [UInt8(truncatingIfNeeded: word >> 8), UInt8(truncatingIfNeeded: word)]
            if gap == nil, take(word: "::") {
                gap = bytes.count
            } else if bytes.count < 16, !take(":") {
                break
            }
        }
        if let gap {
            guard bytes.count < 16 else { return nil }
            bytes.insert(contentsOf: Array(repeating: 0, count: 16 - bytes.count), at: gap)
        }
        return bytes.count == 16 ? IPAddress(bytes: bytes) : nil
    }

    /// Consumes four decimal numbers with points between them.
    @_lifetime(self: copy self)
    private mutating func dottedBytes() -> [UInt8]? {
        var probe = self
        var bytes: [UInt8] = []
        while bytes.count < 4 {
            guard bytes.isEmpty || probe.take("."), let number = probe.number(digits: 1...3),
                let byte = UInt8(exactly: number)
            else { return nil }
            bytes.append(byte)
        }
        self = probe
        return bytes
    }

    /// Consumes one to four hexadecimal digits.
    @_lifetime(self: copy self)
    private mutating func hexadecimalWord() -> UInt16? {
        var word: UInt16 = 0
        var count = 0
        while count < 4, let digit = hexadecimalDigit() {
            word = word << 4 | UInt16(digit)
            count += 1
        }
        return count > 0 ? word : nil
    }

    /// Consumes an address and, behind a slash, the length of its prefix, all bits when there is no slash; nil when more follows.
    @_lifetime(self: copy self)
    mutating func network() -> (address: IPAddress, prefixLength: Int)? {
        guard let address = address() else { return nil }
        guard take("/") else { return isAtEnd ? (address, address.bitWidth) : nil }
        guard let length = number(digits: 1...3), length <= address.bitWidth, isAtEnd else { return nil }
        return (address, length)
    }
}
