/// A message from the server, complete and checked (manual: "Message Formats").
package enum BackendMessage: Sendable {
    case authentication(Authentication)
    case backendKeyData(processID: Int32, secretKey: [UInt8])
    case bindComplete
    case closeComplete
    case commandComplete(CommandTag)
    case copyData(Range<Int>)
    case copyDone
    case copyInResponse(CopyFormat)
    case copyOutResponse(CopyFormat)
    case copyBothResponse
    /// The range of the values, which follow the number of columns.
    case dataRow(columnCount: Int, values: Range<Int>)
    case emptyQueryResponse
    indirect case errorResponse(ServerError)
    indirect case negotiateProtocolVersion(code: Int32, unknownOptions: [String])
    case noData
    indirect case noticeResponse(ServerError)
    indirect case notificationResponse(processID: Int32, channel: String, payload: String)
    case parameterDescription([OID])
    indirect case parameterStatus(name: String, value: String)
    case parseComplete
    case portalSuspended
    case readyForQuery(TransactionStatus)
    case rowDescription(Columns)

    /// The kinds of authentication request.
    package enum Authentication: Sendable, Hashable {
        case ok
        case cleartextPassword
        case md5Password(salt: [UInt8])
        case sasl(mechanisms: [String])
        case saslContinue([UInt8])
        case saslFinal([UInt8])
        /// Any other request, such as GSSAPI or SSPI, by its code.
        case unsupported(Int32)
    }
}

/// The transaction status of the session (manual: message ReadyForQuery).
package enum TransactionStatus: UInt8, Sendable {
    case idle = 0x49  // I
    case inTransaction = 0x54  // T
    case failed = 0x45  // E
}

extension BackendMessage {
    /// Reads the message at `frame` in `bytes`.
    package init(_ frame: MessageFramer.Frame, in bytes: RawSpan) throws(ProtocolViolation) {
        guard frame.body.upperBound <= bytes.byteCount else {
            throw ProtocolViolation("message \(MessageFramer.show(frame.type)) ends beyond what was received")
        }
        var reader = ByteReader(bytes.extracting(frame.body))
        do {
            self = try Self.read(frame, &reader)
        } catch let violation as ProtocolViolation {
            throw violation
        } catch {
            throw ProtocolViolation(
                "message \(MessageFramer.show(frame.type)) of \(frame.body.count) bytes ends in the middle of a field")
        }
    }

    private static func read(_ frame: MessageFramer.Frame, _ reader: inout ByteReader) throws -> BackendMessage {
        let message: BackendMessage
        switch frame.type {
        case UInt8(ascii: "D"):
            // The values of a row are checked where the columns are known.
            let count = Int(try reader.read(UInt16.self))
            return .dataRow(columnCount: count, values: frame.body.lowerBound + 2..<frame.body.upperBound)
        case UInt8(ascii: "d"):
            return .copyData(frame.body)
        case UInt8(ascii: "1"): message = .parseComplete
        case UInt8(ascii: "2"): message = .bindComplete
        case UInt8(ascii: "3"): message = .closeComplete
        case UInt8(ascii: "C"): message = .commandComplete(CommandTag(try reader.readCString()))
        case UInt8(ascii: "c"): message = .copyDone
        case UInt8(ascii: "I"): message = .emptyQueryResponse
        case UInt8(ascii: "n"): message = .noData
        case UInt8(ascii: "s"): message = .portalSuspended
        case UInt8(ascii: "E"): message = .errorResponse(ServerError(fields: try errorFields(&reader)))
        case UInt8(ascii: "N"): message = .noticeResponse(ServerError(fields: try errorFields(&reader)))
        case UInt8(ascii: "T"): message = .rowDescription(try rowDescription(&reader))
        case UInt8(ascii: "t"): message = .parameterDescription(try parameterDescription(&reader))
        case UInt8(ascii: "S"):
            message = .parameterStatus(name: try reader.readCString(), value: try reader.readCString())
        case UInt8(ascii: "A"):
            message = .notificationResponse(
                processID: try reader.read(), channel: try reader.readCString(), payload: try reader.readCString())
        case UInt8(ascii: "K"): message = try keyData(&reader)
        case UInt8(ascii: "R"): message = .authentication(try authentication(&reader))
        case UInt8(ascii: "v"): message = try negotiation(&reader)
        case UInt8(ascii: "G"), UInt8(ascii: "H"), UInt8(ascii: "W"): message = try copyResponse(frame.type, &reader)
        case UInt8(ascii: "Z"):
            let status = try reader.read(UInt8.self)
            guard let known = TransactionStatus(rawValue: status) else {
                throw ProtocolViolation("ReadyForQuery has the unknown status \(MessageFramer.show(status))")
            }
            message = .readyForQuery(known)
        default:
            throw ProtocolViolation("unknown message type \(MessageFramer.show(frame.type))")
        }
        guard reader.isAtEnd else {
            throw ProtocolViolation(
                "message \(MessageFramer.show(frame.type)) has \(reader.remaining) bytes too many")
        }
        return message
    }
}
