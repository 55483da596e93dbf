/// The bytes in flight in one direction through a ``FaultyProxy``, without a socket: they come in, and come out when
/// they are due.
package struct ProxiedStream {
    package typealias Instant = ContinuousClock.Instant

    /// The output.
    package enum Output: Equatable {
        case bytes(ArraySlice<UInt8>)
        /// The end of the stream.
        case end
        /// The connection is to be cut.
        case cut(FaultyProxy.Cut)
    }

    private var faults: FaultyProxy.StreamFaults
    private var cut: FaultyProxy.Cut
    /// The number of bytes received since the faults were set.
    private var offset = 0
    private var queue: [(due: Instant, output: Output)] = []
    private var head = 0
    private var queuedBytes = 0
    /// The bytes after the one at which the stream stalls.
    private var held: [UInt8] = []
    private var heldEnd: Output?
    private var isOver = false

    /// The maximum number of bytes in flight.
    private static let limit = 16 << 20

    package init(_ faults: FaultyProxy.StreamFaults, cut: FaultyProxy.Cut = .close, at now: Instant) {
        self.faults = faults
        self.cut = cut
        cutIfDue(now)
    }

    private var isStalled: Bool { faults.stallsAfter.map { offset >= $0 } ?? false }

    /// Whether more may come in.
    package var wantsInput: Bool { !isOver && heldEnd == nil && !isStalled && queuedBytes < Self.limit }

    /// When the next output is due; nil when there is none.
    package var nextDue: Instant? { head < queue.count ? queue[head].due : nil }

    /// Changes the faults for bytes received from now on, and for those held back.
    package mutating func change(to faults: FaultyProxy.StreamFaults, cut: FaultyProxy.Cut = .close, at now: Instant) {
        self.faults = faults
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
            let limits = [faults.cutsAfter, faults.stallsAfter, faults.endsAfter].compactMap { $0 }
            let count = limits.min().map { min(rest.count, $0 - offset) } ?? rest.count
            var part = rest.prefix(count)
            if let corrupt = faults.corruptsByteAt, offset..<offset + count ~= corrupt {
                part[part.startIndex + corrupt - offset] ^= 0xff
            }
            append(.bytes(part), now)
            queuedBytes += count
            offset += count
            rest = rest.dropFirst(count)
            cutIfDue(now)
        }
    }

    /// Notes that the sender has ended its stream, or was reset.
    package mutating func take(end: Output, at now: Instant) {
        guard !isOver else { return }
        if isStalled {
            heldEnd = end
        } else {
            isOver = true
            append(end, now)
        }
    }

    /// Notes that the receiver has left: drops the bytes in flight and takes no more.
    package mutating func discard() {
        isOver = true
        (queue, head, queuedBytes, held, heldEnd) = ([], 0, 0, [], nil)
    }

    /// The next output that is due, of bytes one piece; nil when none is. Call ``note(sent:)`` after sending it.
    package func output(at now: Instant) -> Output? {
        guard head < queue.count, queue[head].due <= now else { return nil }
        guard case .bytes(let bytes) = queue[head].output, let size = faults.pieceSize else {
            return queue[head].output
        }
        return .bytes(bytes.prefix(max(size, 1)))
    }

    /// Removes the bytes, or the end, that were sent.
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
        queue.append((now + faults.latency, output))
    }

    private mutating func cutIfDue(_ now: Instant) {
        guard !isOver else { return }
        if let limit = faults.cutsAfter, offset >= limit {
            isOver = true
            append(.cut(cut), now)
        } else if let limit = faults.endsAfter, offset >= limit {
            isOver = true
            append(.end, now)
        }
    }
}
