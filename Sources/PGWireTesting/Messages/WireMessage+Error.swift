import PGWire

extension WireMessage {
    /// ErrorResponse. `fields` are further fields by their types.
    public static func errorResponse(
        _ code: String, _ message: String, severity: String = "ERROR", fields: [Character: String] = [:]
    ) -> WireMessage {
        report("E", code, message, severity, fields)
    }

    /// NoticeResponse. `fields` are further fields by their types.
    public static func noticeResponse(
        _ message: String, code: String = "00000", severity: String = "NOTICE", fields: [Character: String] = [:]
    ) -> WireMessage {
        report("N", code, message, severity, fields)
    }

    private static func report(
        _ type: Unicode.Scalar, _ code: String, _ message: String, _ severity: String, _ fields: [Character: String]
    ) -> WireMessage {
        WireMessage(type) { writer in
            // Servers since 9.6 send the severity twice: localised, and not.
            writer.write(utf8: "S\(severity)\0V\(severity)\0C\(code)\0M\(message)\0")
            for (letter, value) in fields.sorted(by: { $0.key < $1.key }) { writer.write(utf8: "\(letter)\(value)\0") }
            writer.write(UInt8(0))
        }
    }
}
