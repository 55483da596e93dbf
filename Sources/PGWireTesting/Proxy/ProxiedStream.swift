/// What is under way in one direction through a ``FaultyProxy``, without any socket: bytes come in, and come out when
/// they are due, as the faults say.
package struct ProxiedStream {
    package typealias Instant = ContinuousClock.Instant

    /// What comes out.
    package enum Output: Equatable {
        case bytes(ArraySlice<UInt8>)
        /// The end of the stream.
        case end
        /// The connection is to be cut.
        case cut(FaultyProxy.Cut)
    }

    private var way: FaultyProxy.StreamFaults
    private var cut: FaultyProxy.Cut
    /// How many bytes came in since the faults were set.
    private var offset = 0
    private var queue: [(due: Instant, output: Output)] = []
    private var head = 0
    private var queuedBytes = 0
    /// What came in the same read as the byte after which all stands still.
    private var held: [UInt8] = []
    private var heldEnd: Output?
    private var isOver = false

    /// So many bytes may be under way at once.
    private static let limit = 16 << 20

    package init(_ way: FaultyProxy.StreamFaults, cut: FaultyProxy.Cut = .close, at now: Instant) {
        self.way = way
        self.cut = cut
        cutIfDue(now)
    }

    private var isStalled: Bool { way.stallsAfter.map { offset >= $0 } ?? false }

    /// Whether more may come in.
    package var wantsInput: Bool { !isOver && heldEnd == nil && !isStalled && queuedBytes < Self.limit }

    /// When the next output is due; nil when there is none.
    package var nextDue: Instant? { head < queue.count ? queue[head].due : nil }

    /// Sets other faults for what comes from now on, and for what was held back.
    package mutating func change(to way: FaultyProxy.StreamFaults, cut: FaultyProxy.Cut = .close, at now: Instant) {
        self.way = way
        self.cut = cut
        offset = 0
        let (bytes, end) = (held, heldEnd)
        (held, heldEnd) = ([], nil)
        cutIfDue(now)
        take(bytes, at: now)
        if let end { take(end: end, at: now) }
    }

    package mutating func take(_ bytes: [UInt8], at now: Instant) {
        var rest = bytes[...]
        while !rest.isEmpty, !isOver {
            if isStalled { return held += rest }
            let limits = [way.cutsAfter, way.stallsAfter].compactMap { $0 }
            let count = limits.min().map { min(rest.count, $0 - offset) } ?? rest.count
            var part = rest.prefix(count)
            if let corrupt = way.corruptsByteAt, offset..<offset + count ~= corrupt {
                part[part.startIndex + corrupt - offset] ^= 0xff
            }
            append(.bytes(part), now)
            queuedBytes += count
            offset += count
            rest = rest.dropFirst(count)
            cutIfDue(now)
        }
    }

    /// The sender has ended its stream, or has been cut off.
    package mutating func take(end: Output, at now: Instant) {
        guard !isOver else { return }
        if isStalled {
            heldEnd = end
        } else {
            isOver = true
            append(end, now)
        }
    }

    /// The receiver has gone: what is under way is lost, and nothing more is wanted.
    package mutating func discard() {
        isOver = true
        (queue, head, queuedBytes, held, heldEnd) = ([], 0, 0, [], nil)
    }

    /// What is due now, of bytes a piece; nil when nothing is. What became of it is told by ``note(sent:)``.
    package func output(at now: Instant) -> Output? {
        guard head < queue.count, queue[head].due <= now else { return nil }
        guard case .bytes(let bytes) = queue[head].output, let size = way.pieceSize else { return queue[head].output }
        return .bytes(bytes.prefix(max(size, 1)))
    }

    /// Takes off so many bytes, or the end, at the front.
    package mutating func note(sent count: Int) {
        guard head < queue.count else { return }
        if case .bytes(let bytes) = queue[head].output {
            queuedBytes -= count
            if count < bytes.count {
                queue[head].output = .bytes(bytes.dropFirst(count))
                return
            }
        }
        queue[head].output = .end
        head += 1
        if head == queue.count || head > 64 && head * 2 > queue.count {
            queue.removeFirst(head)
            head = 0
        }
    }

    private mutating func append(_ output: Output, _ now: Instant) {
        queue.append((now + way.latency, output))
    }

    private mutating func cutIfDue(_ now: Instant) {
        guard !isOver, let limit = way.cutsAfter, offset >= limit else { return }
        isOver = true
        append(.cut(cut), now)
    }
}
