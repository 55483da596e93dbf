/// What a function without a result returns: `void` (manual: "Pseudo-Types").
public struct PostgresVoid: Sendable, Hashable, CustomStringConvertible {
    /// The only value.
    public init() {}

    /// No text.
    public var description: String { "" }
}

extension PostgresVoid: PostgresDecodable {
    /// Reads a `void`, which has no bytes.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .void else { throw ValueDecodingError.typeMismatch }
        try bytes.require(0, for: "void")
    }
}
