/// The fields of the messages (manual: "Message Formats"), in libpq's order and form.
extension TraceLine {
    /// A message's name; nil for an unknown type.
    static func name(_ type: UInt8, _ isSent: Bool) -> String? { (isSent ? frontendNames : backendNames)[type] }

    private static let frontendNames: [UInt8: String] = [
        UInt8(ascii: "B"): "Bind", UInt8(ascii: "C"): "Close", UInt8(ascii: "D"): "Describe",
        UInt8(ascii: "E"): "Execute", UInt8(ascii: "F"): "FunctionCall", UInt8(ascii: "H"): "Flush",
        UInt8(ascii: "P"): "Parse", UInt8(ascii: "Q"): "Query", UInt8(ascii: "S"): "Sync",
        UInt8(ascii: "X"): "Terminate", UInt8(ascii: "c"): "CopyDone", UInt8(ascii: "d"): "CopyData",
        UInt8(ascii: "f"): "CopyFail", UInt8(ascii: "p"): "PasswordMessage",
    ]

    private static let backendNames: [UInt8: String] = [
        UInt8(ascii: "1"): "ParseComplete", UInt8(ascii: "2"): "BindComplete", UInt8(ascii: "3"): "CloseComplete",
        UInt8(ascii: "A"): "NotificationResponse", UInt8(ascii: "C"): "CommandComplete",
        UInt8(ascii: "D"): "DataRow", UInt8(ascii: "E"): "ErrorResponse", UInt8(ascii: "G"): "CopyInResponse",
        UInt8(ascii: "H"): "CopyOutResponse", UInt8(ascii: "I"): "EmptyQueryResponse",
        UInt8(ascii: "K"): "BackendKeyData", UInt8(ascii: "N"): "NoticeResponse", UInt8(ascii: "R"): "Authentication",
        UInt8(ascii: "S"): "ParameterStatus", UInt8(ascii: "T"): "RowDescription",
        UInt8(ascii: "V"): "FunctionCallResponse", UInt8(ascii: "W"): "CopyBothResponse",
        UInt8(ascii: "Z"): "ReadyForQuery", UInt8(ascii: "c"): "CopyDone", UInt8(ascii: "d"): "CopyData",
        UInt8(ascii: "n"): "NoData", UInt8(ascii: "s"): "PortalSuspended", UInt8(ascii: "t"): "ParameterDescription",
        UInt8(ascii: "v"): "NegotiateProtocolVersion",
    ]

    mutating func writeFrontend(_ type: UInt8) throws(ByteReader.OverrunError) {
        switch type {
        case UInt8(ascii: "B"):
            try string()
            try string()
            try int16s()
            try values()
            try int16s()
        case UInt8(ascii: "C"), UInt8(ascii: "D"):
            _ = try byte()
            try string()
        case UInt8(ascii: "E"):
            try string()
            try int32()
        case UInt8(ascii: "F"):
            try int32(suppressed: isForComparison)
            try int16s()
            try values()
            try int16()
        case UInt8(ascii: "P"):
            try string()
            try string()
            for _ in 0..<(try int16()) { try int32(suppressed: isForComparison) }
        case UInt8(ascii: "Q"), UInt8(ascii: "f"): try string()
        case UInt8(ascii: "d"): rest(suppressed: isForComparison || hidesValues)
        default: break
        }
    }

    mutating func writeBackend(_ type: UInt8) throws(ByteReader.OverrunError) {
        switch type {
        case UInt8(ascii: "A"):
            try int32(suppressed: isForComparison)
            try string()
            try string(suppressed: hidesValues)
        case UInt8(ascii: "C"): try string()
        case UInt8(ascii: "D"): try values()
        case UInt8(ascii: "E"), UInt8(ascii: "N"): try report()
        case UInt8(ascii: "G"), UInt8(ascii: "H"):
            _ = try byte()
            try int16s()
        case UInt8(ascii: "K"): try key()
        case UInt8(ascii: "S"):
            try string()
            try string()
        case UInt8(ascii: "T"):
            for _ in 0..<(try int16()) { try column() }
        case UInt8(ascii: "V"): try value()
        case UInt8(ascii: "W"):
            _ = try byte()
            while !isAtEnd { try int16() }
        case UInt8(ascii: "Z"): _ = try byte()
        case UInt8(ascii: "d"): rest(suppressed: isForComparison || hidesValues)
        case UInt8(ascii: "t"):
            for _ in 0..<(try int16()) { try int32(suppressed: isForComparison) }
        case UInt8(ascii: "v"):
            try int32()
            try int32()
        default: break
        }
    }

    private mutating func int16s() throws(ByteReader.OverrunError) {
        for _ in 0..<(try int16()) { try int16() }
    }

    private mutating func values() throws(ByteReader.OverrunError) {
        for _ in 0..<(try int16()) { try value() }
    }

    private mutating func value() throws(ByteReader.OverrunError) {
        let count = try int32()
        if count != -1 { try bytes(count, suppressed: hidesValues) }
    }

    private mutating func column() throws(ByteReader.OverrunError) {
        try string()
        try int32(suppressed: isForComparison)
        try int16()
        try int32(suppressed: isForComparison)
        try int16()
        try int32()
        try int16()
    }

    /// Process and key; the key has four bytes, or more since protocol 3.2.
    private mutating func key() throws(ByteReader.OverrunError) {
        try int32(suppressed: isForComparison)
        rest(suppressed: isForComparison || hidesSecrets)
    }

    /// An error or a notice. Its detail and its context may quote values.
    private mutating func report() throws(ByteReader.OverrunError) {
        while true {
            let field = try byte()
            if field == 0 { return }
            let isOfSource = [UInt8(ascii: "L"), UInt8(ascii: "F"), UInt8(ascii: "R")].contains(field)
            let isOfValues = [UInt8(ascii: "D"), UInt8(ascii: "W")].contains(field)
            try string(suppressed: isForComparison && isOfSource || hidesValues && isOfValues)
        }
    }
}
