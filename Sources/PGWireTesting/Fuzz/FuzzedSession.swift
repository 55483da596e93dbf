import PGWire

/// Plays an input, which is a plan of what the client asks and the bytes that the server says, to the protocol core: as the client
/// does, but without I/O.
///
/// The input is made of bytes alone, so that it can come from a mutation of recorded sessions as well as from a fuzzer that knows
/// nothing of sessions; see ``FuzzPlan``. It is played as fast as possible, hundreds of thousands of times.
package struct FuzzedSession: ~Copyable {
    /// How a session ended.
    package enum Outcome: UInt8, Sendable, CaseIterable {
        /// All that was asked is answered.
        case complete
        /// More is expected.
        case incomplete
        /// The login failed in order.
        case refused
        /// The server broke the protocol, and the client said so.
        case violation
    }

    enum Exchange: ~Copyable {
        case startup(Startup)
        case idle
        case extended(ExtendedQuery)
        case simple(SimpleQuery)
        case repeated(RepeatedQuery)
        case both(CopyBoth)
        case broken
    }

    /// How much of what has come may be kept, beside the room that is reserved in advance.
    private static let room = 256 * 1024

    var session = Session(maximumMessageSize: 1 << 30)
    var exchange: Exchange = .broken
    let plan: FuzzPlan
    /// The next byte of the plan's steps.
    var step = 0
    var outcome: Outcome?

    /// The columns of the statements of a batch; of the one statement of any other exchange the first.
    var columns: [Columns?] = []
    /// The columns that were described last, for statements that are not described again.
    var known: Columns?
    var answer = RepeatedQuery.Answer()
    var tag = CommandTag("")
    /// How a COPY that the server asks data for is answered.
    var copyAnswer = FuzzPlan.CopyAnswer.refuse
    var copied = BinaryCopyReader(columnCount: 0)
    var copiedColumns: Columns?
    var replication = FuzzedReplication()

    private var received = 0
    /// How many events there were since the last check.
    private var events = 0
    private(set) var outputSize = 0
    /// What was written, if somebody wants to know.
    package private(set) var written: [UInt8] = []
    private let keepsOutput: Bool
    /// A digest of all events: it may not depend on how the bytes were cut.
    package private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325

    package init(_ plan: FuzzPlan, keepsOutput: Bool = false) {
        self.plan = plan
        self.keepsOutput = keepsOutput
    }

    /// Plays a whole input.
    ///
    /// - Throws: ``FuzzProblem``
    package static func play(_ input: [UInt8]) throws(FuzzProblem) -> Outcome {
        let plan = FuzzPlan(input)
        var session = FuzzedSession(plan)
        let outcome = try session.play(input[plan.size...], pieces: plan.pieces)
        guard plan.comparesPieces else { return outcome }
        var other = FuzzedSession(plan)
        let second = try other.play(input[plan.size...], pieces: plan.otherPieces)
        guard outcome == second, session.digest == other.digest else {
            throw FuzzProblem(
                "in pieces of another size the same bytes mean something else: \(outcome) and \(second), \(session.digest) and "
                    + "\(other.digest)")
        }
        return outcome
    }

    /// Plays the server's bytes.
    package mutating func play(_ bytes: ArraySlice<UInt8>, pieces: FuzzPlan.Pieces) throws(FuzzProblem) -> Outcome {
        try begin()
        var pieces = pieces
        var rest = bytes
        while outcome == nil, !rest.isEmpty {
            let piece = rest.prefix(pieces.next(rest.count))
            rest = rest.dropFirst(piece.count)
            received += piece.count
            try receive(piece)
            try check()
        }
        if outcome == nil { outcome = isIdle ? .complete : .incomplete }
        return outcome ?? .incomplete
    }

    var isIdle: Bool {
        switch exchange {
        case .idle: true
        case .startup: false
        case .extended: false
        case .simple: false
        case .repeated: false
        case .both: false
        case .broken: false
        }
    }

    /// Receives into the same room that the client would reserve.
    private mutating func receive(_ piece: ArraySlice<UInt8>) throws(FuzzProblem) {
        var rest = piece
        while outcome == nil, !rest.isEmpty {
            let count = session.input.append(expected: session.input.credible(session.missing)) { room in
                let count = min(room.count, rest.count)
                room.copyBytes(from: rest.prefix(count))
                return count
            }
            rest = rest.dropFirst(count)
            try takeMessages()
        }
    }

    private mutating func takeMessages() throws(FuzzProblem) {
        while outcome == nil {
            try takeQuickly()
            let message: BackendMessage?
            do throws(ProtocolViolation) {
                message = try session.next()
            } catch {
                // What came before the violation is seen first, as in the client.
                try takeAsynchronous()
                return try fail(error)
            }
            try takeAsynchronous()
            guard let message else { return }
            try interpret(message)
        }
    }

    /// What a server may send at any time.
    private mutating func takeAsynchronous() throws(FuzzProblem) {
        if session.hasNotices {
            let notices = session.takeNotices()
            guard notices.count <= 100 else { throw FuzzProblem("\(notices.count) notices are kept") }
            for notice in notices {
                events += 1
                try Self.check(notice)
            }
        }
        // They are counted, but are no part of the digest: how many are kept depends on when they are taken.
        while session.notifications?.popFirst() != nil { events += 1 }
    }

    /// Ends the session by a violation of the protocol.
    mutating func fail(_ violation: ProtocolViolation) throws(FuzzProblem) {
        try Self.check(text: violation.description)
        outcome = .violation
        exchange = .broken
    }

    /// Notes an event, and a number that is part of it.
    mutating func note(_ value: Int) {
        events += 1
        digest = (digest ^ UInt64(truncatingIfNeeded: value)) &* 0x100_0000_01b3
    }

    mutating func note(_ bytes: RawSpan) {
        events += 1
        for index in 0..<bytes.byteCount {
            let byte = bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3
        }
    }

    /// Whether what is held stays in proportion to what has come.
    private mutating func check() throws(FuzzProblem) {
        let capacity = session.input.chunk.capacity
        guard capacity <= Self.room + 4 * received else {
            throw FuzzProblem("\(capacity) bytes are kept, and \(received) have come")
        }
        // The shortest message has five bytes and makes one event; in a COPY a row without columns has two.
        guard events <= 2 * received + 2 else {
            throw FuzzProblem("there were \(events) events, and \(received) bytes have come")
        }
        guard replication.size <= 16 * 1024 + 300 * received else {
            throw FuzzProblem("\(replication.size) bytes of transactions are kept, and \(received) have come")
        }
        let output = session.output.bytes
        if keepsOutput { written += output }
        outputSize += output.count
        session.output.removeAll()
        guard outputSize <= 64 * 1024 + 8 * received else {
            throw FuzzProblem("\(outputSize) bytes were written, and \(received) have come")
        }
    }
}
