/// A version of PostgreSQL's protocol (manual: "Protocol Versions"). There was no 3.1.
public enum ProtocolVersion: String, Sendable, CaseIterable, Comparable {
    /// 3.0, which every server and pooler speaks.
    case v30 = "3.0"
    /// 3.2, as of PostgreSQL 18: the key of a request to cancel has up to 256 bytes instead of 4.
    case v32 = "3.2"

    /// The newest.
    public static let latest = v32

    /// The major version in the upper 16 bits, the minor one in the lower.
    package var code: Int32 {
        switch self {
        case .v30: 3 << 16
        case .v32: 3 << 16 | 2
        }
    }

    package init?(code: Int32) {
        guard let version = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = version
    }

    /// How many bytes the key of a request to cancel may have.
    package var keyLengths: ClosedRange<Int> {
        switch self {
        case .v30: 4...4
        case .v32: 4...256
        }
    }

    /// Whether `left` is the older version.
    public static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.code < right.code }
}
