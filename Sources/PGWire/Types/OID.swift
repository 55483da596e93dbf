/// The object identifier of a data type, as `pg_type.oid` has it (manual: "Object Identifier Types").
///
/// The constants are the built-in types, whose identifiers never change; those of enums and other types that a database
/// defines differ from one database to the next.
public struct OID: RawRepresentable, Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// The number.
    public var rawValue: UInt32

    /// The type with this number.
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The type with this number.
    @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    // What is compared for every value is compiled into the module that compares.
    @inlinable public static func == (left: OID, right: OID) -> Bool { left.rawValue == right.rawValue }
    @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    /// No type is stated: as a parameter's type it leaves the choice to the server, which infers it from the context.
    @inlinable public static var unspecified: OID { OID(0) }
    @inlinable public static var bool: OID { OID(16) }
    @inlinable public static var bytea: OID { OID(17) }
    /// The one-byte type `"char"`, which is not `char(1)`.
    @inlinable public static var char: OID { OID(18) }
    @inlinable public static var name: OID { OID(19) }
    @inlinable public static var int8: OID { OID(20) }
    @inlinable public static var int2: OID { OID(21) }
    @inlinable public static var int4: OID { OID(23) }
    @inlinable public static var text: OID { OID(25) }
    @inlinable public static var oid: OID { OID(26) }
    @inlinable public static var json: OID { OID(114) }
    @inlinable public static var float4: OID { OID(700) }
    @inlinable public static var float8: OID { OID(701) }
    @inlinable public static var unknown: OID { OID(705) }
    /// `character(n)`.
    @inlinable public static var bpchar: OID { OID(1042) }
    @inlinable public static var varchar: OID { OID(1043) }
    @inlinable public static var date: OID { OID(1082) }
    @inlinable public static var time: OID { OID(1083) }
    @inlinable public static var timestamp: OID { OID(1114) }
    @inlinable public static var timestamptz: OID { OID(1184) }
    @inlinable public static var interval: OID { OID(1186) }
    @inlinable public static var numeric: OID { OID(1700) }
    @inlinable public static var void: OID { OID(2278) }
    @inlinable public static var uuid: OID { OID(2950) }
    @inlinable public static var jsonb: OID { OID(3802) }

    @inlinable public static var boolArray: OID { OID(1000) }
    @inlinable public static var byteaArray: OID { OID(1001) }
    @inlinable public static var nameArray: OID { OID(1003) }
    @inlinable public static var int2Array: OID { OID(1005) }
    @inlinable public static var int4Array: OID { OID(1007) }
    @inlinable public static var textArray: OID { OID(1009) }
    @inlinable public static var bpcharArray: OID { OID(1014) }
    @inlinable public static var varcharArray: OID { OID(1015) }
    @inlinable public static var int8Array: OID { OID(1016) }
    @inlinable public static var float4Array: OID { OID(1021) }
    @inlinable public static var float8Array: OID { OID(1022) }
    @inlinable public static var oidArray: OID { OID(1028) }
    @inlinable public static var jsonArray: OID { OID(199) }
    @inlinable public static var timeArray: OID { OID(1183) }
    @inlinable public static var intervalArray: OID { OID(1187) }
    @inlinable public static var timestampArray: OID { OID(1115) }
    @inlinable public static var dateArray: OID { OID(1182) }
    @inlinable public static var timestamptzArray: OID { OID(1185) }
    @inlinable public static var numericArray: OID { OID(1231) }
    @inlinable public static var uuidArray: OID { OID(2951) }
    @inlinable public static var jsonbArray: OID { OID(3807) }

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
