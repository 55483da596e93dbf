extension OID {
    /// Whether a database defined the type: identifiers of built-in types are below (`FirstNormalObjectId` of the
    /// server's `access/transam.h`).
    var isUserDefined: Bool { rawValue >= 16384 }

    /// What stands between the elements of an array of this type in text format (`pg_type.typdelim`): a semicolon for boxes, a
    /// comma for all others.
    var arrayDelimiter: UInt8 { rawValue == 603 ? UInt8(ascii: ";") : UInt8(ascii: ",") }

    /// Whether it is `int2vector` or `oidvector`, arrays of the system catalogs with a text format of their own.
    var isVector: Bool { rawValue == 22 || rawValue == 30 }

    /// The type of the elements if this is an array of built-in types (`pg_type.typelem`), else nil.
    ///
    /// An array in binary format states the type of its elements itself. The vectors of the system catalogs are arrays, too.
    var arrayElement: OID? {
        switch rawValue {
        case 22: .int2
        case 30: .oid
        case 143: OID(142)  // xml
        case 199: .json
        case 210: OID(71)  // pg_type
        case 270: OID(75)  // pg_attribute
        case 271: OID(5069)  // xid8
        case 272: OID(81)  // pg_proc
        case 273: OID(83)  // pg_class
        case 629: OID(628)  // line
        case 651: OID(650)  // cidr
        case 719: OID(718)  // circle
        case 775: OID(774)  // macaddr8
        case 791: OID(790)  // money
        case 1000: .bool
        case 1001: .bytea
        case 1002: .char
        case 1003: .name
        case 1005: .int2
        case 1006: OID(22)  // int2vector
        case 1007: .int4
        case 1008: OID(24)  // regproc
        case 1009: .text
        case 1010: OID(27)  // tid
        case 1011: OID(28)  // xid
        case 1012: OID(29)  // cid
        case 1013: OID(30)  // oidvector
        case 1014: .bpchar
        case 1015: .varchar
        case 1016: .int8
        case 1017: OID(600)  // point
        case 1018: OID(601)  // lseg
        case 1019: OID(602)  // path
        case 1020: OID(603)  // box
        case 1021: .float4
        case 1022: .float8
        case 1027: OID(604)  // polygon
        case 1028: .oid
        case 1034: OID(1033)  // aclitem
        case 1040: OID(829)  // macaddr
        case 1041: OID(869)  // inet
        case 1115: .timestamp
        case 1182: .date
        case 1183: .time
        case 1185: .timestamptz
        case 1187: .interval
        case 1231: .numeric
        case 1263: OID(2275)  // cstring
        case 1270: OID(1266)  // timetz
        case 1561: OID(1560)  // bit
        case 1563: OID(1562)  // varbit
        case 2201: OID(1790)  // refcursor
        case 2207: OID(2202)  // regprocedure
        case 2208: OID(2203)  // regoper
        case 2209: OID(2204)  // regoperator
        case 2210: OID(2205)  // regclass
        case 2211: OID(2206)  // regtype
        case 2287: OID(2249)  // record
        case 2949: OID(2970)  // txid_snapshot
        case 2951: .uuid
        case 3221: OID(3220)  // pg_lsn
        case 3643: OID(3614)  // tsvector
        case 3644: OID(3642)  // gtsvector
        case 3645: OID(3615)  // tsquery
        case 3735: OID(3734)  // regconfig
        case 3770: OID(3769)  // regdictionary
        case 3807: .jsonb
        case 3905: OID(3904)  // int4range
        case 3907: OID(3906)  // numrange
        case 3909: OID(3908)  // tsrange
        case 3911: OID(3910)  // tstzrange
        case 3913: OID(3912)  // daterange
        case 3927: OID(3926)  // int8range
        case 4073: OID(4072)  // jsonpath
        case 4090: OID(4089)  // regnamespace
        case 4097: OID(4096)  // regrole
        case 4192: OID(4191)  // regcollation
        case 5039: OID(5038)  // pg_snapshot
        case 6150: OID(4451)  // int4multirange
        case 6151: OID(4532)  // nummultirange
        case 6152: OID(4533)  // tsmultirange
        case 6153: OID(4534)  // tstzmultirange
        case 6155: OID(4535)  // datemultirange
        case 6157: OID(4536)  // int8multirange
        default: nil
        }
    }
}
