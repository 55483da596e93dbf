extension OID {
    /// The Swift types that columns of this type are usually decoded as, in words; nil where there is no list of them.
    var usualSwiftTypes: String? {
        switch self {
        case .bool: "Bool"
        case .int2, .int4, .int8: "Int or another integer type"
        case .float4, .float8: "Double or Float"
        case .numeric: "ExactNumeric or Decimal"
        case .text, .varchar, .bpchar: "String"
        case .bytea: "[UInt8] or Data"
        case .uuid: "UUID"
        case .timestamptz: "Date or TimestampTZ"
        case .timestamp: "Timestamp or Date"
        case .date: "CalendarDate or Date"
        case .time: "TimeOfDay"
        case .timetz: "TimeOfDayTZ"
        case .interval: "Interval, as months and days have no fixed length"
        case .json, .jsonb: "JSONEncoded or JSONText"
        case .money: "Money"
        case .inet: "Inet"
        case .cidr: "CIDR"
        default: rangeBound == nil ? nil : "PostgresRange"
        }
    }
}
