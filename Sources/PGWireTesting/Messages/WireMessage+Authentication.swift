import PGWire

/// Messages of the startup phase.
extension WireMessage {
    /// An authentication request with this code.
    public static func authentication(_ code: Int32, _ data: [UInt8] = []) -> WireMessage {
        WireMessage("R") {
            $0.write(code)
            $0.write(data)
        }
    }

    /// AuthenticationOk.
    public static let authenticationOk = authentication(0)

    /// AuthenticationCleartextPassword.
    public static let authenticationCleartextPassword = authentication(3)

    /// AuthenticationMD5Password; the salt has 4 bytes.
    public static func authenticationMD5Password(salt: [UInt8]) -> WireMessage { authentication(5, salt) }

    /// AuthenticationSASL with these mechanisms.
    public static func authenticationSASL(_ mechanisms: [String] = ["SCRAM-SHA-256"]) -> WireMessage {
        authentication(10, mechanisms.flatMap { Array($0.utf8) + [0] } + [0])
    }

    /// AuthenticationSASLContinue with the mechanism's next message.
    public static func authenticationSASLContinue(_ data: [UInt8]) -> WireMessage { authentication(11, data) }

    /// AuthenticationSASLFinal with the mechanism's last message.
    public static func authenticationSASLFinal(_ data: [UInt8]) -> WireMessage { authentication(12, data) }

    /// NegotiateProtocolVersion: the newest version that the server supports, 196608 for 3.0 (`major << 16 | minor`, other
    /// than the manual says), and the options that it does not recognize.
    public static func negotiateProtocolVersion(version: Int32 = 196608, unknownOptions: [String] = []) -> WireMessage {
        WireMessage("v") {
            $0.write(version)
            $0.write(Int32(truncatingIfNeeded: unknownOptions.count))
            for option in unknownOptions { $0.write(utf8: option + "\0") }
        }
    }

    /// BackendKeyData. The key has 4 bytes in protocol 3.0.
    public static func backendKeyData(processID: Int32 = 4711, secretKey: [UInt8] = [1, 2, 3, 4]) -> WireMessage {
        WireMessage("K") {
            $0.write(processID)
            $0.write(secretKey)
        }
    }

    /// ParameterStatus.
    public static func parameterStatus(_ name: String, _ value: String) -> WireMessage {
        WireMessage("S") { $0.write(utf8: "\(name)\0\(value)\0") }
    }

    /// The messages from AuthenticationOk to the first ReadyForQuery, with fewer parameters than PostgreSQL sends.
    public static let greeting: [WireMessage] = [
        .authenticationOk, .parameterStatus("server_version", "18.0"), .parameterStatus("server_encoding", "UTF8"),
        .parameterStatus("client_encoding", "UTF8"), .parameterStatus("standard_conforming_strings", "on"),
        .parameterStatus("TimeZone", "UTC"), .backendKeyData(), .readyForQuery(),
    ]
}
