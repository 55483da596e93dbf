/// The settings of a session that decide how the server prints values (manual: "Client Connection Defaults"), as far as it
/// reports them.
package struct OutputSettings: Sendable, Hashable {
    /// Whether dates and times are printed in the ISO style.
    var printsISODates = true
    /// Whether the time zone is UTC.
    var isUTC = true

    /// The names of the settings under which a statement means what it means: a literal in it is read when it is parsed.
    private static let parsing = [
        "TimeZone", "DateStyle", "IntervalStyle", "standard_conforming_strings", "search_path",
    ]
    private static let utc = ["utc", "gmt", "uct", "zulu", "universal"].flatMap { [$0, "etc/\($0)"] }

    /// Whether statements that were parsed under another value of this setting may mean something else.
    static func affectsParsing(_ name: String) -> Bool { parsing.contains(name) }

    /// Takes a setting that the server has reported.
    mutating func set(_ name: String, to value: String) {
        switch name {
        case "DateStyle": printsISODates = value.utf8.starts(with: "ISO".utf8)
        case "TimeZone": isUTC = Self.utc.contains(value.lowercased())
        default: break
        }
    }

    /// Whether the text of a value can be told from its binary format.
    func canPrint(_ type: OID) -> Bool {
        switch type {
        case .date, .timestamp, .dateArray, .timestampArray: printsISODates
        case .timestamptz, .timestamptzArray: printsISODates && isUTC
        default: true
        }
    }

    /// The format for a column of which nobody has said how it will be read: binary, which is quicker to decode, where its
    /// text can be told all the same, and else text.
    ///
    /// Dates that are not printed in the ISO style come in binary, as they could not be read from the text.
    func format(for type: OID) -> FormatCode {
        guard type.hasKnownBinaryFormat else { return .text }
        return canPrint(type) || !printsISODates ? .binary : .text
    }

    /// The formats for columns of these types.
    func formats(for types: [OID]) -> ResultFormats { ResultFormats(types.map(format)) }

    /// The formats for columns that are not known yet.
    var formatsForUnknown: ResultFormats { printsISODates ? .text : .binary }
}

extension OID {
    /// Whether the text of such a value can be told from its binary format. That of an interval cannot: whether the greatest
    /// one is infinite depends on the server's version.
    var hasKnownBinaryFormat: Bool {
        switch self {
        case .bool, .bytea, .char, .name, .int8, .int2, .int4, .text, .oid, .json, .float4, .float8, .unknown, .bpchar,
            .varchar,
            .date, .time, .timestamp, .timestamptz, .numeric, .uuid, .jsonb:
            true
        // int2vector and oidvector, which are printed without braces.
        case OID(22), OID(30): false
        // A few bytes of each element can be a hundred thousand digits.
        case .numericArray: false
        default: arrayElement?.hasKnownBinaryFormat ?? false
        }
    }
}
