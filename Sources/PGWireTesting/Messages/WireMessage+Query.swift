import PGWire

/// What a server answers to queries.
extension WireMessage {
    /// Whether a transaction block is open, as ReadyForQuery says it.
    public enum TransactionStatus: UInt8, Sendable {
        /// No block.
        case idle = 0x49
        /// In a block.
        case inTransaction = 0x54
        /// In a block that has failed.
        case failed = 0x45
    }

    /// ReadyForQuery.
    public static func readyForQuery(_ status: TransactionStatus = .idle) -> WireMessage {
        WireMessage("Z") { $0.write(status.rawValue) }
    }

    /// ParseComplete.
    public static let parseComplete = WireMessage("1")
    /// BindComplete.
    public static let bindComplete = WireMessage("2")
    /// CloseComplete.
    public static let closeComplete = WireMessage("3")
    /// NoData: a statement without a result was described.
    public static let noData = WireMessage("n")
    /// EmptyQueryResponse.
    public static let emptyQueryResponse = WireMessage("I")
    /// PortalSuspended: Execute's limit of rows was reached.
    public static let portalSuspended = WireMessage("s")

    /// CommandComplete with its tag.
    public static func commandComplete(_ tag: String) -> WireMessage {
        WireMessage("C") { $0.write(utf8: tag + "\0") }
    }

    /// ParameterDescription with the types' numbers.
    public static func parameterDescription(_ types: [UInt32]) -> WireMessage {
        WireMessage("t") { writer in
            writer.write(UInt16(truncatingIfNeeded: types.count))
            for type in types { writer.write(type) }
        }
    }

    /// DataRow; nil is NULL.
    public static func dataRow(_ values: [[UInt8]?]) -> WireMessage {
        WireMessage("D") { writer in
            writer.write(UInt16(truncatingIfNeeded: values.count))
            for value in values {
                writer.write(value.map { Int32(truncatingIfNeeded: $0.count) } ?? -1)
                writer.write(value ?? [])
            }
        }
    }

    /// DataRow of texts; nil is NULL.
    public static func dataRow(texts: [String?]) -> WireMessage {
        dataRow(texts.map { $0.map { Array($0.utf8) } })
    }

    /// NotificationResponse, as NOTIFY causes it.
    public static func notificationResponse(processID: Int32, channel: String, payload: String) -> WireMessage {
        WireMessage("A") {
            $0.write(processID)
            $0.write(utf8: "\(channel)\0\(payload)\0")
        }
    }

    /// FunctionCallResponse; nil is NULL.
    public static func functionCallResponse(_ value: [UInt8]?) -> WireMessage {
        WireMessage("V") {
            $0.write(value.map { Int32(truncatingIfNeeded: $0.count) } ?? -1)
            $0.write(value ?? [])
        }
    }
}
