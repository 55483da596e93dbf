/// The protocol of one connection, without I/O: received bytes go in, messages come out, and bytes to send are
/// collected in ``output``.
///
/// Messages that the server may send at any time (notices, notifications, parameters) are handled here, so that no
/// exchange sees them (manual: "Asynchronous Operations").
package struct Session: ~Copyable {
    package var input = InputBuffer()
    package var output = ByteWriter()
    package var framer: MessageFramer
    /// The settings that the server reported: `server_version`, `TimeZone` and so on.
    package private(set) var parameters = ServerParameters()
    /// What they say of how values are printed.
    package private(set) var outputSettings = OutputSettings()
    /// How often a setting has changed under which statements may mean something else (``OutputSettings/affectsParsing(_:)``).
    package private(set) var parsingSettingChanges: UInt32 = 0
    package private(set) var backendKey: BackendKey?
    /// The version of the protocol that was agreed on.
    package var protocolVersion = ProtocolVersion.v30
    /// The transaction status of the last ReadyForQuery.
    package private(set) var transactionStatus = TransactionStatus.idle
    /// Whether the transaction block has failed, so that the server takes nothing but its end.
    package var isBlockFailed: Bool {
        // Not by ==, which would compare the raw values by a function that is asked for each statement.
        switch transactionStatus {
        case .failed: true
        case .idle, .inTransaction: false
        }
    }
    /// The number of ReadyForQuery still to come.
    package private(set) var unansweredSyncs = 0
    /// Notices not yet taken, and their total size.
    private var notices: [ServerError] = []
    private var noticeBytes = 0
    /// The notifications not yet taken; nil where nobody listens, and they are passed over.
    package var notifications: NotificationQueue?

    /// Whether no message was read yet: the peer may not be PostgreSQL at all.
    package private(set) var isFirstMessagePending = true

    /// The greatest total size of notices not yet taken, in bytes; further ones are dropped.
    private static let maximumNoticeBytes = 16 << 20

    /// The key data that a CancelRequest must contain.
    package struct BackendKey: Sendable {
        package var processID: Int32
        package var secretKey: [UInt8]
    }

    package init(maximumMessageSize: Int = 1 << 30) {
        framer = MessageFramer(maximumLength: maximumMessageSize)
    }

    /// Whether there are notices to take.
    package var hasNotices: Bool { !notices.isEmpty }

    /// Removes and returns the notices received since the last call.
    package mutating func takeNotices() -> [ServerError] {
        guard !notices.isEmpty else { return [] }
        defer {
            notices = []
            noticeBytes = 0
        }
        return notices
    }

    /// Notes that a Sync or a Query was written to ``output``, so that one more ReadyForQuery is expected.
    package mutating func noteSync() { unansweredSyncs += 1 }

    /// The next message of an exchange; nil when more bytes are needed.
    package mutating func next() throws(ProtocolViolation) -> BackendMessage? {
        while let (message, size) = try peek() {
            let base = input.pending.lowerBound
            input.consume(size)
            isFirstMessagePending = false
            switch message {
            case .noticeResponse(let notice):
                noticeBytes += size
                if notices.count < 100, noticeBytes <= Self.maximumNoticeBytes { notices.append(notice) }
            case .notificationResponse(let processID, let channel, let payload):
                keep(processID, channel, payload)
            case .parameterStatus(let name, let value):
                try Self.check(name, value)
                guard try parameters.set(name, to: value), OutputSettings.affectsParsing(name) else { continue }
                outputSettings.set(name, to: value)
                parsingSettingChanges &+= 1
            case .backendKeyData(let processID, let secretKey):
                // Accepted at any time: a pooler may send it late, or never.
                guard protocolVersion.keyLengths.contains(secretKey.count) else {
                    throw ProtocolViolation(
                        "BackendKeyData has a key of \(secretKey.count) bytes, which protocol \(protocolVersion.rawValue) "
                            + "does not allow")
                }
                backendKey = BackendKey(processID: processID, secretKey: secretKey)
            case .readyForQuery(let status):
                transactionStatus = status
                unansweredSyncs = max(unansweredSyncs - 1, 0)
                return message
            case .dataRow(let count, let values):
                return .dataRow(
                    columnCount: count, values: base + values.lowerBound..<base + values.upperBound)
            case .copyData(let body):
                return .copyData(base + body.lowerBound..<base + body.upperBound)
            default:
                return message
            }
        }
        return nil
    }

    // Apart, as it would make slower what comes with every statement.
    @inline(never)
    private mutating func keep(_ processID: Int32, _ channel: String, _ payload: String) {
        notifications?.append(
            PostgresNotification(channel: SQLIdentifier(channel), payload: payload, processID: processID))
    }

    /// All text is sent and read as UTF-8. After `SET client_encoding` it would silently be misread.
    private static func check(_ parameter: String, _ value: String) throws(ProtocolViolation) {
        guard parameter == "client_encoding" else { return }
        let letters = value.utf8.filter { $0 != UInt8(ascii: "-") }.map { $0 | 0x20 }
        guard letters.elementsEqual("utf8".utf8) || letters.elementsEqual("unicode".utf8) else {
            throw ProtocolViolation(
                "client_encoding was changed to \(value), and this driver sends and reads text in UTF8 only: leave it as it is, "
                    + "or convert in SQL by convert_to and convert_from")
        }
    }

    /// The first message and its size; nil when it is incomplete.
    private borrowing func peek() throws(ProtocolViolation) -> (message: BackendMessage, size: Int)? {
        let span = input.span
        guard case .frame(let frame) = try framer.next(in: span) else { return nil }
        let message = try BackendMessage(frame, in: span)
        if case .dataRow(let count, let values) = message {
            try Self.checkRow(span.extracting(values), columnCount: count)
        }
        return (message, frame.body.upperBound)
    }

    /// The number of bytes missing from the first message; 1 when even its length is unknown.
    package var missing: Int {
        guard case .needsMore(let count)? = try? framer.next(in: input.span) else { return 1 }
        return max(count, 1)
    }
}

/// A fast path for DataRow, and for the two messages that come with every statement.
extension Session {
    private static let header = 7

    /// Consumes BindComplete if it is next.
    package mutating func takeBindComplete() -> Bool {
        guard isBindComplete else { return false }
        input.consume(5)
        return true
    }

    private var isBindComplete: Bool {
        let span = input.span
        return framer.phase == .established && span.integer(at: 0, as: UInt8.self) == UInt8(ascii: "2")
            && span.integer(at: 1, as: UInt32.self) == 4
    }

    /// Consumes as many copies of `messages` as come next, at most so many, and returns how many.
    package mutating func take(copiesOf messages: RawSpan, atMost limit: Int) -> Int {
        guard framer.phase == .established, messages.byteCount > 0 else { return 0 }
        let count = copies(of: messages, atMost: limit)
        input.consume(count * messages.byteCount)
        return count
    }

    private borrowing func copies(of messages: RawSpan, atMost limit: Int) -> Int {
        let span = input.span
        var count = 0
        var offset = 0
        while count < limit, span.byteCount - offset >= messages.byteCount,
            span.extracting(offset..<offset + messages.byteCount).hasSameBytes(as: messages)
        {
            count += 1
            offset += messages.byteCount
        }
        return count
    }

    /// Consumes CommandComplete if it is next and short. Returns `tag` itself when it is the same again, which saves
    /// an allocation. Nil in any unusual case, for ``next()`` to handle.
    package mutating func takeCommandComplete(like tag: CommandTag) -> CommandTag? {
        guard let (tag, size) = commandComplete(tag) else { return nil }
        input.consume(size)
        return tag
    }

    private borrowing func commandComplete(_ tag: CommandTag) -> (CommandTag, size: Int)? {
        let span = input.span
        guard framer.phase == .established, span.integer(at: 0, as: UInt8.self) == UInt8(ascii: "C"),
            let length = span.integer(at: 1, as: Int32.self), (5...64).contains(length), span.byteCount > Int(length),
            span.integer(at: Int(length), as: UInt8.self) == 0
        else { return nil }
        let (text, size) = (span.extracting(5..<Int(length)), Int(length) + 1)
        if text.isEqual(to: tag.description) { return (tag, size) }
        // The text ends at the first zero byte, and nothing may follow it.
        if text.hasZero { return nil }
        return String(validating: text).map { (CommandTag($0), size) }
    }

    /// Consumes the next row if it is complete and has `columnCount` columns; returns the range of its values in the
    /// chunk. Nil in any other case, for ``next()`` to handle.
    package mutating func nextRow(columnCount: Int) -> Range<Int>? {
        let base = input.pending.lowerBound
        guard let size = rowSize(columnCount) else { return nil }
        input.consume(size)
        return base + Self.header..<base + size
    }

    private borrowing func rowSize(_ columnCount: Int) -> Int? {
        let span = input.span
        guard framer.phase == .established, span.integer(at: 0, as: UInt8.self) == UInt8(ascii: "D"),
            let length = span.integer(at: 1, as: Int32.self), length >= 6, Int(length) <= framer.maximumLength,
            span.byteCount > Int(length), let count = span.integer(at: 5, as: UInt16.self), count == columnCount,
            Self.isSoundRow(span.extracting(Self.header..<Int(length) + 1), columnCount: columnCount)
        else { return nil }
        return Int(length) + 1
    }

    /// Checks a row once, so that it can be read without checks later: each length is -1 for NULL or fits, and
    /// together they fill the message.
    private static func isSoundRow(_ values: RawSpan, columnCount: Int) -> Bool {
        var offset = 0
        for _ in 0..<columnCount {
            guard let length = values.integer(at: offset, as: Int32.self), length >= -1 else { return false }
            offset += 4
            guard length > 0 else { continue }
            guard values.byteCount - offset >= Int(length) else { return false }
            offset += Int(length)
        }
        return offset == values.byteCount
    }

    /// As ``isSoundRow(_:columnCount:)``, but throws what is wrong.
    static func checkRow(_ values: RawSpan, columnCount: Int) throws(ProtocolViolation) {
        if isSoundRow(values, columnCount: columnCount) { return }
        var reader = ByteReader(values)
        do throws(ByteReader.OverrunError) {
            for _ in 0..<columnCount {
                let length = try reader.read(Int32.self)
                if length != -1 { _ = try reader.readSpan(Int(length)) }
            }
        } catch {
            throw ProtocolViolation("a row of \(columnCount) columns has a value that ends beyond its message")
        }
        throw ProtocolViolation("a row of \(columnCount) columns has \(reader.remaining) bytes too many")
    }
}
