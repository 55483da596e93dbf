/// What the server sends within CopyData while it streams (manual: "Streaming Replication Protocol").
package enum ReplicationMessage: Sendable, Hashable {
    /// XLogData: a message of the output plugin, which is the rest of the piece from this offset on.
    case data(start: LogSequenceNumber, end: LogSequenceNumber, offset: Int)
    /// Primary keepalive message: how far the server is, and whether it wants an answer at once.
    case keepalive(end: LogSequenceNumber, wantsReply: Bool)

    package init(_ piece: RawSpan) throws(ProtocolViolation) {
        var reader = ByteReader(piece)
        do {
            switch try reader.read(UInt8.self) {
            case UInt8(ascii: "w"):
                let (start, end) = (try reader.read(UInt64.self), try reader.read(UInt64.self))
                _ = try reader.read(Int64.self)
                self = .data(
                    start: LogSequenceNumber(rawValue: start), end: LogSequenceNumber(rawValue: end),
                    offset: piece.byteCount - reader.remaining)
            case UInt8(ascii: "k"):
                let end = LogSequenceNumber(rawValue: try reader.read(UInt64.self))
                _ = try reader.read(Int64.self)
                self = .keepalive(end: end, wantsReply: try reader.read(UInt8.self) != 0)
                guard reader.isAtEnd else {
                    throw ProtocolViolation("a keepalive of the replication has \(reader.remaining) bytes too many")
                }
            case let type:
                throw ProtocolViolation("unknown replication message \(MessageFramer.show(type))")
            }
        } catch let violation as ProtocolViolation {
            throw violation
        } catch {
            throw ProtocolViolation("a replication message of \(piece.byteCount) bytes ends in the middle of a field")
        }
    }
}

/// How far the client is: Standby status update.
package struct ReplicationStatus: Sendable, Hashable {
    /// Received so far.
    package var written = LogSequenceNumber(rawValue: 0)
    /// Will not be asked for again, so that the server may forget it.
    package var flushed = LogSequenceNumber(rawValue: 0)
    /// Visible to those who look.
    package var applied = LogSequenceNumber(rawValue: 0)

    package init() {}
}

extension FrontendMessage {
    /// Standby status update, within CopyData.
    package static func standbyStatus(
        _ status: ReplicationStatus, time: Int64, wantsReply: Bool, to writer: inout ByteWriter
    ) {
        writer.write(UInt8(ascii: "d"))
        writer.write(Int32(4 + 34))
        writer.write(UInt8(ascii: "r"))
        writer.write(status.written.rawValue)
        writer.write(status.flushed.rawValue)
        writer.write(status.applied.rawValue)
        writer.write(time)
        writer.write(UInt8(wantsReply ? 1 : 0))
    }
}
