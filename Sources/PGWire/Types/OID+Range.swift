extension OID {
    /// A built-in range with the types that belong to it (`pg_range`).
    struct RangeTypes: Sendable {
        let bound: OID
        let range: OID
        let multirange: OID
        let rangeArray: OID
        let multirangeArray: OID
    }

    /// All that there are; none was added since PostgreSQL 14, which brought the multiranges.
    static let rangeTypes: [RangeTypes] = [
        RangeTypes(
            bound: .int4, range: OID(3904), multirange: OID(4451), rangeArray: OID(3905), multirangeArray: OID(6150)),
        RangeTypes(
            bound: .numeric, range: OID(3906), multirange: OID(4532), rangeArray: OID(3907), multirangeArray: OID(6151)),
        RangeTypes(
            bound: .timestamp, range: OID(3908), multirange: OID(4533), rangeArray: OID(3909),
            multirangeArray: OID(6152)),
        RangeTypes(
            bound: .timestamptz, range: OID(3910), multirange: OID(4534), rangeArray: OID(3911),
            multirangeArray: OID(6153)),
        RangeTypes(
            bound: .date, range: OID(3912), multirange: OID(4535), rangeArray: OID(3913), multirangeArray: OID(6155)),
        RangeTypes(
            bound: .int8, range: OID(3926), multirange: OID(4536), rangeArray: OID(3927), multirangeArray: OID(6157)),
    ]

    /// The types of ranges over this type; nil where none is built in.
    var ranges: RangeTypes? { Self.rangeTypes.first { $0.bound == self } }

    /// The type of the bounds if this is a built-in range.
    var rangeBound: OID? { Self.rangeTypes.first { $0.range == self }?.bound }

    /// The type of the bounds if this is a built-in multirange.
    var multirangeBound: OID? { Self.rangeTypes.first { $0.multirange == self }?.bound }
}
