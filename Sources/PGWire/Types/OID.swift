/// The object identifier of a data type, as `pg_type.oid` has it (manual: "Object Identifier Types").
///
/// The constants are the built-in types, whose identifiers never change; those of enums and other types that a database
/// defines differ from one database to the next.
public struct OID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number.
    public var rawValue: UInt32

    /// The type with this number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The type with this number.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// No type is stated: as a parameter's type it leaves the choice to the server, which infers it from the context.
    public static let unspecified = OID(0)
    public static let bool = OID(16)
    public static let bytea = OID(17)
    /// The one-byte type `"char"`, which is not `char(1)`.
    public static let char = OID(18)
    public static let name = OID(19)
    public static let int8 = OID(20)
    public static let int2 = OID(21)
    public static let int4 = OID(23)
    public static let text = OID(25)
    public static let oid = OID(26)
    public static let json = OID(114)
    public static let float4 = OID(700)
    public static let float8 = OID(701)
    public static let unknown = OID(705)
    /// `character(n)`.
    public static let bpchar = OID(1042)
    public static let varchar = OID(1043)
    public static let date = OID(1082)
    public static let time = OID(1083)
    public static let timestamp = OID(1114)
    public static let timestamptz = OID(1184)
    public static let interval = OID(1186)
    public static let numeric = OID(1700)
    public static let void = OID(2278)
    public static let uuid = OID(2950)
    public static let jsonb = OID(3802)

    public static let boolArray = OID(1000)
    public static let byteaArray = OID(1001)
    public static let nameArray = OID(1003)
    public static let int2Array = OID(1005)
    public static let int4Array = OID(1007)
    public static let textArray = OID(1009)
    public static let bpcharArray = OID(1014)
    public static let varcharArray = OID(1015)
    public static let int8Array = OID(1016)
    public static let float4Array = OID(1021)
    public static let float8Array = OID(1022)
    public static let oidArray = OID(1028)
    public static let jsonArray = OID(199)
    public static let timeArray = OID(1183)
    public static let intervalArray = OID(1187)
    public static let timestampArray = OID(1115)
    public static let dateArray = OID(1182)
    public static let timestamptzArray = OID(1185)
    public static let numericArray = OID(1231)
    public static let uuidArray = OID(2951)
    public static let jsonbArray = OID(3807)

    /// The number, with the name where it is a built-in type: `23 (int4)`.
    public var description: String {
        Self.names[self].map { "\(rawValue) (\($0))" } ?? "\(rawValue)"
    }

    private static let names: [OID: String] = [
        .bool: "bool", .bytea: "bytea", .char: "\"char\"", .name: "name", .int8: "int8", .int2: "int2", .int4: "int4",
        .text: "text", .oid: "oid", .json: "json", .float4: "float4", .float8: "float8", .unknown: "unknown",
        .bpchar: "bpchar", .varchar: "varchar", .date: "date", .time: "time", .timestamp: "timestamp",
        .timestamptz: "timestamptz", .interval: "interval", .numeric: "numeric", .void: "void", .uuid: "uuid",
        .jsonb: "jsonb", .boolArray: "bool[]", .byteaArray: "bytea[]", .nameArray: "name[]", .int2Array: "int2[]",
        .int4Array: "int4[]", .textArray: "text[]", .bpcharArray: "bpchar[]", .varcharArray: "varchar[]",
        .int8Array: "int8[]", .float4Array: "float4[]", .float8Array: "float8[]", .oidArray: "oid[]",
        .jsonArray: "json[]", .timestampArray: "timestamp[]", .dateArray: "date[]",
        .timeArray: "time[]", .intervalArray: "interval[]",
        .timestamptzArray: "timestamptz[]", .numericArray: "numeric[]", .uuidArray: "uuid[]", .jsonbArray: "jsonb[]",
    ]
}
