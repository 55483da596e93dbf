/// The object identifier of a data type, its `pg_type.oid` (manual: "Object Identifier Types").
///
/// The constants are those of built-in types, which never change. Those of user-defined types differ between
/// databases.
public struct OID: RawRepresentable, Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// The number.
    public var rawValue: UInt32

    /// The type with this number.
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The type with this number.
    @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    // Inlinable, as it is compared for every value.
    /// Whether both are the same type.
    @inlinable public static func == (left: OID, right: OID) -> Bool { left.rawValue == right.rawValue }
    /// Hashes the number.
    @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    /// No type: the server infers the type of such a parameter from the context.
    @inlinable public static var unspecified: OID { OID(0) }
    /// `boolean`.
    @inlinable public static var bool: OID { OID(16) }
    /// `bytea`.
    @inlinable public static var bytea: OID { OID(17) }
    /// The one-byte type `"char"`, which is not `char(1)`.
    @inlinable public static var char: OID { OID(18) }
    /// `name`.
    @inlinable public static var name: OID { OID(19) }
    /// `bigint`.
    @inlinable public static var int8: OID { OID(20) }
    /// `smallint`.
    @inlinable public static var int2: OID { OID(21) }
    /// `integer`.
    @inlinable public static var int4: OID { OID(23) }
    /// `text`.
    @inlinable public static var text: OID { OID(25) }
    /// `oid`.
    @inlinable public static var oid: OID { OID(26) }
    /// `json`.
    @inlinable public static var json: OID { OID(114) }
    /// `real`.
    @inlinable public static var float4: OID { OID(700) }
    /// `double precision`.
    @inlinable public static var float8: OID { OID(701) }
    /// `unknown`.
    @inlinable public static var unknown: OID { OID(705) }
    /// `character(n)`.
    @inlinable public static var bpchar: OID { OID(1042) }
    /// `character varying`.
    @inlinable public static var varchar: OID { OID(1043) }
    /// `date`.
    @inlinable public static var date: OID { OID(1082) }
    /// `time`.
    @inlinable public static var time: OID { OID(1083) }
    /// `timestamp`.
    @inlinable public static var timestamp: OID { OID(1114) }
    /// `timestamptz`.
    @inlinable public static var timestamptz: OID { OID(1184) }
    /// `interval`.
    @inlinable public static var interval: OID { OID(1186) }
    /// `numeric`.
    @inlinable public static var numeric: OID { OID(1700) }
    /// `void`.
    @inlinable public static var void: OID { OID(2278) }
    /// `uuid`.
    @inlinable public static var uuid: OID { OID(2950) }
    /// `jsonb`.
    @inlinable public static var jsonb: OID { OID(3802) }

    /// `boolean[]`.
    @inlinable public static var boolArray: OID { OID(1000) }
    /// `bytea[]`.
    @inlinable public static var byteaArray: OID { OID(1001) }
    /// `name[]`.
    @inlinable public static var nameArray: OID { OID(1003) }
    /// `smallint[]`.
    @inlinable public static var int2Array: OID { OID(1005) }
    /// `integer[]`.
    @inlinable public static var int4Array: OID { OID(1007) }
    /// `text[]`.
    @inlinable public static var textArray: OID { OID(1009) }
    /// `character[]`.
    @inlinable public static var bpcharArray: OID { OID(1014) }
    /// `character varying[]`.
    @inlinable public static var varcharArray: OID { OID(1015) }
    /// `bigint[]`.
    @inlinable public static var int8Array: OID { OID(1016) }
    /// `real[]`.
    @inlinable public static var float4Array: OID { OID(1021) }
    /// `double precision[]`.
    @inlinable public static var float8Array: OID { OID(1022) }
    /// `oid[]`.
    @inlinable public static var oidArray: OID { OID(1028) }
    /// `json[]`.
    @inlinable public static var jsonArray: OID { OID(199) }
    /// `time[]`.
    @inlinable public static var timeArray: OID { OID(1183) }
    /// `interval[]`.
    @inlinable public static var intervalArray: OID { OID(1187) }
    /// `timestamp[]`.
    @inlinable public static var timestampArray: OID { OID(1115) }
    /// `date[]`.
    @inlinable public static var dateArray: OID { OID(1182) }
    /// `timestamptz[]`.
    @inlinable public static var timestamptzArray: OID { OID(1185) }
    /// `numeric[]`.
    @inlinable public static var numericArray: OID { OID(1231) }
    /// `uuid[]`.
    @inlinable public static var uuidArray: OID { OID(2951) }
    /// `jsonb[]`.
    @inlinable public static var jsonbArray: OID { OID(3807) }

    /// The number, with the name where it is a built-in type: `23 (int4)`.
    public var description: String {
        (Self.names[self] ?? Self.furtherNames[self]).map { "\(rawValue) (\($0))" } ?? "\(rawValue)"
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
