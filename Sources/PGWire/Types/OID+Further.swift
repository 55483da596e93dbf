/// Constants for the types of addresses, shapes, bits, text search and the server's own identifiers.
extension OID {
    /// `xml`.
    @inlinable public static var xml: OID { OID(142) }
    /// `point`.
    @inlinable public static var point: OID { OID(600) }
    /// `lseg`.
    @inlinable public static var lseg: OID { OID(601) }
    /// `path`.
    @inlinable public static var path: OID { OID(602) }
    /// `box`.
    @inlinable public static var box: OID { OID(603) }
    /// `polygon`.
    @inlinable public static var polygon: OID { OID(604) }
    /// `line`.
    @inlinable public static var line: OID { OID(628) }
    /// `cidr`.
    @inlinable public static var cidr: OID { OID(650) }
    /// `circle`.
    @inlinable public static var circle: OID { OID(718) }
    /// `macaddr8`.
    @inlinable public static var macaddr8: OID { OID(774) }
    /// `money`.
    @inlinable public static var money: OID { OID(790) }
    /// `macaddr`.
    @inlinable public static var macaddr: OID { OID(829) }
    /// `inet`.
    @inlinable public static var inet: OID { OID(869) }
    /// `timetz`.
    @inlinable public static var timetz: OID { OID(1266) }
    /// `bit`.
    @inlinable public static var bit: OID { OID(1560) }
    /// `bit varying`.
    @inlinable public static var varbit: OID { OID(1562) }
    /// `tid`.
    @inlinable public static var tid: OID { OID(27) }
    /// `xid`.
    @inlinable public static var xid: OID { OID(28) }
    /// `cid`.
    @inlinable public static var cid: OID { OID(29) }
    /// `xid8`.
    @inlinable public static var xid8: OID { OID(5069) }
    /// `pg_lsn`.
    @inlinable public static var pgLSN: OID { OID(3220) }
    /// `tsvector`.
    @inlinable public static var tsvector: OID { OID(3614) }
    /// `tsquery`.
    @inlinable public static var tsquery: OID { OID(3615) }
    /// `jsonpath`.
    @inlinable public static var jsonpath: OID { OID(4072) }
    /// `txid_snapshot`.
    @inlinable public static var txidSnapshot: OID { OID(2970) }
    /// `pg_snapshot`.
    @inlinable public static var pgSnapshot: OID { OID(5038) }
    /// `regproc`.
    @inlinable public static var regproc: OID { OID(24) }
    /// `regprocedure`.
    @inlinable public static var regprocedure: OID { OID(2202) }
    /// `regoper`.
    @inlinable public static var regoper: OID { OID(2203) }
    /// `regoperator`.
    @inlinable public static var regoperator: OID { OID(2204) }
    /// `regclass`.
    @inlinable public static var regclass: OID { OID(2205) }
    /// `regtype`.
    @inlinable public static var regtype: OID { OID(2206) }
    /// `regconfig`.
    @inlinable public static var regconfig: OID { OID(3734) }
    /// `regdictionary`.
    @inlinable public static var regdictionary: OID { OID(3769) }
    /// `regnamespace`.
    @inlinable public static var regnamespace: OID { OID(4089) }
    /// `regrole`.
    @inlinable public static var regrole: OID { OID(4096) }
    /// `regcollation`.
    @inlinable public static var regcollation: OID { OID(4191) }

    /// `"char"[]`.
    @inlinable public static var charArray: OID { OID(1002) }
    /// `xml[]`.
    @inlinable public static var xmlArray: OID { OID(143) }
    /// `point[]`.
    @inlinable public static var pointArray: OID { OID(1017) }
    /// `lseg[]`.
    @inlinable public static var lsegArray: OID { OID(1018) }
    /// `path[]`.
    @inlinable public static var pathArray: OID { OID(1019) }
    /// `box[]`.
    @inlinable public static var boxArray: OID { OID(1020) }
    /// `polygon[]`.
    @inlinable public static var polygonArray: OID { OID(1027) }
    /// `line[]`.
    @inlinable public static var lineArray: OID { OID(629) }
    /// `cidr[]`.
    @inlinable public static var cidrArray: OID { OID(651) }
    /// `circle[]`.
    @inlinable public static var circleArray: OID { OID(719) }
    /// `macaddr8[]`.
    @inlinable public static var macaddr8Array: OID { OID(775) }
    /// `money[]`.
    @inlinable public static var moneyArray: OID { OID(791) }
    /// `macaddr[]`.
    @inlinable public static var macaddrArray: OID { OID(1040) }
    /// `inet[]`.
    @inlinable public static var inetArray: OID { OID(1041) }
    /// `timetz[]`.
    @inlinable public static var timetzArray: OID { OID(1270) }
    /// `bit[]`.
    @inlinable public static var bitArray: OID { OID(1561) }
    /// `bit varying[]`.
    @inlinable public static var varbitArray: OID { OID(1563) }
    /// `tid[]`.
    @inlinable public static var tidArray: OID { OID(1010) }
    /// `xid[]`.
    @inlinable public static var xidArray: OID { OID(1011) }
    /// `cid[]`.
    @inlinable public static var cidArray: OID { OID(1012) }
    /// `xid8[]`.
    @inlinable public static var xid8Array: OID { OID(271) }
    /// `pg_lsn[]`.
    @inlinable public static var pgLSNArray: OID { OID(3221) }
    /// `tsvector[]`.
    @inlinable public static var tsvectorArray: OID { OID(3643) }
    /// `tsquery[]`.
    @inlinable public static var tsqueryArray: OID { OID(3645) }
    /// `jsonpath[]`.
    @inlinable public static var jsonpathArray: OID { OID(4073) }
    /// `txid_snapshot[]`.
    @inlinable public static var txidSnapshotArray: OID { OID(2949) }
    /// `pg_snapshot[]`.
    @inlinable public static var pgSnapshotArray: OID { OID(5039) }
    /// `regproc[]`.
    @inlinable public static var regprocArray: OID { OID(1008) }
    /// `regprocedure[]`.
    @inlinable public static var regprocedureArray: OID { OID(2207) }
    /// `regoper[]`.
    @inlinable public static var regoperArray: OID { OID(2208) }
    /// `regoperator[]`.
    @inlinable public static var regoperatorArray: OID { OID(2209) }
    /// `regclass[]`.
    @inlinable public static var regclassArray: OID { OID(2210) }
    /// `regtype[]`.
    @inlinable public static var regtypeArray: OID { OID(2211) }
    /// `regconfig[]`.
    @inlinable public static var regconfigArray: OID { OID(3735) }
    /// `regdictionary[]`.
    @inlinable public static var regdictionaryArray: OID { OID(3770) }
    /// `regnamespace[]`.
    @inlinable public static var regnamespaceArray: OID { OID(4090) }
    /// `regrole[]`.
    @inlinable public static var regroleArray: OID { OID(4097) }
    /// `regcollation[]`.
    @inlinable public static var regcollationArray: OID { OID(4192) }

    /// The reg types (manual: "Object Identifier Types"): in binary an `oid`, as text a name.
    static let registered: Set<OID> = [
        .regproc, .regprocedure, .regoper, .regoperator, .regclass, .regtype, .regconfig, .regdictionary, .regnamespace,
        .regrole, .regcollation,
    ]

    /// The names of the types above, for messages.
    static let furtherNames: [OID: String] = [
        .charArray: "\"char\"[]", .xml: "xml", .xmlArray: "xml[]", .point: "point", .pointArray: "point[]",
        .lseg: "lseg", .lsegArray: "lseg[]", .path: "path", .pathArray: "path[]", .box: "box", .boxArray: "box[]",
        .polygon: "polygon", .polygonArray: "polygon[]", .line: "line", .lineArray: "line[]", .cidr: "cidr",
        .cidrArray: "cidr[]", .circle: "circle", .circleArray: "circle[]", .macaddr8: "macaddr8",
        .macaddr8Array: "macaddr8[]", .money: "money", .moneyArray: "money[]", .macaddr: "macaddr",
        .macaddrArray: "macaddr[]", .inet: "inet", .inetArray: "inet[]", .timetz: "timetz", .timetzArray: "timetz[]",
        .bit: "bit", .bitArray: "bit[]", .varbit: "varbit", .varbitArray: "varbit[]", .tid: "tid", .tidArray: "tid[]",
        .xid: "xid", .xidArray: "xid[]", .cid: "cid", .cidArray: "cid[]", .xid8: "xid8", .xid8Array: "xid8[]",
        .pgLSN: "pg_lsn", .pgLSNArray: "pg_lsn[]", .tsvector: "tsvector", .tsvectorArray: "tsvector[]",
        .tsquery: "tsquery", .tsqueryArray: "tsquery[]", .jsonpath: "jsonpath", .jsonpathArray: "jsonpath[]",
        .txidSnapshot: "txid_snapshot", .txidSnapshotArray: "txid_snapshot[]", .pgSnapshot: "pg_snapshot",
        .pgSnapshotArray: "pg_snapshot[]", .regproc: "regproc", .regprocArray: "regproc[]",
        .regprocedure: "regprocedure", .regprocedureArray: "regprocedure[]", .regoper: "regoper",
        .regoperArray: "regoper[]", .regoperator: "regoperator", .regoperatorArray: "regoperator[]",
        .regclass: "regclass", .regclassArray: "regclass[]", .regtype: "regtype", .regtypeArray: "regtype[]",
        .regconfig: "regconfig", .regconfigArray: "regconfig[]", .regdictionary: "regdictionary",
        .regdictionaryArray: "regdictionary[]", .regnamespace: "regnamespace", .regnamespaceArray: "regnamespace[]",
        .regrole: "regrole", .regroleArray: "regrole[]", .regcollation: "regcollation",
        .regcollationArray: "regcollation[]", OID(3904): "int4range", OID(3906): "numrange", OID(3908): "tsrange",
        OID(3910): "tstzrange", OID(3912): "daterange", OID(3926): "int8range", OID(4451): "int4multirange",
        OID(4532): "nummultirange", OID(4533): "tsmultirange", OID(4534): "tstzmultirange",
        OID(4535): "datemultirange", OID(4536): "int8multirange",
    ]
}
