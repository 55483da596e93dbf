import PGWire

/// Messages of COPY.
extension WireMessage {
    /// CopyInResponse: the server waits for data. The formats are one per column; 0 is text, 1 binary.
    public static func copyInResponse(formats: [Int16] = [0]) -> WireMessage { copyResponse("G", formats) }

    /// CopyOutResponse: data follows. The formats are one per column; 0 is text, 1 binary.
    public static func copyOutResponse(formats: [Int16] = [0]) -> WireMessage { copyResponse("H", formats) }

    /// CopyBothResponse, which only replication uses.
    public static func copyBothResponse(formats: [Int16] = [0]) -> WireMessage { copyResponse("W", formats) }

    /// CopyData.
    public static func copyData(_ data: [UInt8]) -> WireMessage { WireMessage(type: UInt8(ascii: "d"), body: data) }

    /// CopyDone.
    public static let copyDone = WireMessage("c")

    private static func copyResponse(_ type: Unicode.Scalar, _ formats: [Int16]) -> WireMessage {
        WireMessage(type) { writer in
            writer.write(UInt8(formats.contains(1) ? 1 : 0))
            writer.write(UInt16(truncatingIfNeeded: formats.count))
            for format in formats { writer.write(format) }
        }
    }
}
