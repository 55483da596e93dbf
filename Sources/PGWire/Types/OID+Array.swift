extension OID {
    /// Whether a database defined the type: identifiers of built-in types are below (`FirstNormalObjectId` of the
    /// server's `access/transam.h`).
    var isUserDefined: Bool { rawValue >= 16384 }

    /// The type of the elements if this is an array of built-in types (`pg_type.typelem`), else nil.
    ///
    /// Only text needs it: an array in binary format states the type of its elements.
    var arrayElement: OID? {
        switch rawValue {
        case 143: OID(142)  // xml
        case 199: .json
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
        case 1007: .int4
        case 1009: .text
        case 1010: OID(27)  // tid
        case 1011: OID(28)  // xid
        case 1012: OID(29)  // cid
        case 1014: .bpchar
        case 1015: .varchar
        case 1016: .int8
        case 1017: OID(600)  // point
        case 1018: OID(601)  // lseg
        case 1019: OID(602)  // path
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
        case 1270: OID(1266)  // timetz
        case 1561: OID(1560)  // bit
        case 1563: OID(1562)  // varbit
        case 2201: OID(1790)  // refcursor
        case 2210: OID(2205)  // regclass
        case 2211: OID(2206)  // regtype
        case 2951: .uuid
        case 3221: OID(3220)  // pg_lsn
        case 3643: OID(3614)  // tsvector
        case 3645: OID(3615)  // tsquery
        case 3807: .jsonb
        case 3905: OID(3904)  // int4range
        case 3907: OID(3906)  // numrange
        case 3909: OID(3908)  // tsrange
        case 3911: OID(3910)  // tstzrange
        case 3913: OID(3912)  // daterange
        case 3927: OID(3926)  // int8range
        case 4073: OID(4072)  // jsonpath
        case 271: OID(5069)  // xid8
        case 1020: .box
        case 2949: .txidSnapshot
        case 5039: .pgSnapshot
        case 1008: .regproc
        case 2207: .regprocedure
        case 2208: .regoper
        case 2209: .regoperator
        case 3735: .regconfig
        case 3770: .regdictionary
        case 4090: .regnamespace
        case 4097: .regrole
        case 4192: .regcollation
        default: nil
        }
    }
}
