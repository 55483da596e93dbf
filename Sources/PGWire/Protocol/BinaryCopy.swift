/// COPY's binary format (manual: "COPY", "Binary Format"): a header, tuples, and a trailer.
package enum BinaryCopy {
    /// `PGCOPY`, then bytes that a transfer as text would corrupt.
    package static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
    /// The signature, no flags, no header extension.
    package static let header: [UInt8] = signature + [0, 0, 0, 0, 0, 0, 0, 0]
    /// The trailer, in place of a row's number of columns.
    package static let end: Int16 = -1
}

/// Reads the rows of COPY's binary format. A row may span messages: servers send one message for each row, but the
/// manual does not promise it.
package struct BinaryCopyReader: ~Copyable {
    private enum State {
        case header
        case rows
        case ended
    }

    private var state = State.header
    private let columnCount: Int
    /// The beginning of an incomplete row or header, and the least number of bytes needed to go on.
    private var rest: [UInt8] = []
    private var needed = 0
    /// The greatest size of a row, in bytes, in however many messages it comes.
    private let maximumSize: Int

    package init(columnCount: Int, maximumSize: Int = 1 << 30) {
        self.columnCount = columnCount
        self.maximumSize = maximumSize
    }

    /// Reads a piece of the data. Calls `body` with the values of each complete row: for each column its length, or -1
    /// for NULL, and its bytes, as in a DataRow.
    package mutating func receive<E: Error>(
        _ bytes: RawSpan, _ body: (RawSpan) throws(E) -> Void
    ) throws(E) -> ProtocolViolation? {
        if rest.isEmpty {
            let (used, violation) = try read(bytes, body)
            if used < bytes.byteCount { rest = [UInt8](copying: bytes.extracting(droppingFirst: used)) }
            return violation ?? excess
        }
        rest += [UInt8](copying: bytes)
        if rest.count < needed { return excess }
        var all: [UInt8] = []
        swap(&all, &rest)
        let (used, violation) = try read(all.rawSpan, body)
        all.removeFirst(used)
        rest = all
        return violation ?? excess
    }

    /// The violation of a row beyond the maximum size.
    private var excess: ProtocolViolation? {
        guard max(rest.count, needed) > maximumSize else { return nil }
        return ProtocolViolation("COPY has a row of more than \(maximumSize) bytes, which is the maximum here")
    }

    /// The violation when the data ends here; nil when it is complete.
    package var incompleteness: ProtocolViolation? {
        if case .ended = state, rest.isEmpty { return nil }
        return ProtocolViolation("COPY's data ended before its end mark")
    }

    /// The number of bytes read, and the violation in those that follow.
    private mutating func read<E: Error>(
        _ bytes: RawSpan, _ body: (RawSpan) throws(E) -> Void
    ) throws(E) -> (used: Int, ProtocolViolation?) {
        var used = 0
        needed = 0
        while true {
            let here = bytes.extracting(droppingFirst: used)
            switch state {
            case .header:
                guard let size = headerSize(here) else { return (used, nil) }
                guard size > 0 else { return (used, ProtocolViolation("COPY's data does not begin with PGCOPY")) }
                used += size
                state = .rows
            case .rows:
                guard let count = here.integer(at: 0, as: Int16.self) else { return (used, nil) }
                if count == BinaryCopy.end {
                    state = .ended
                    used += 2
                    continue
                }
                guard count == columnCount else {
                    return (
                        used,
                        ProtocolViolation("COPY has a row of \(count) columns where \(columnCount) were announced")
                    )
                }
                let size = rowSize(here)
                guard size > 0 else { return (used, ProtocolViolation("COPY has a value of negative length")) }
                guard size <= here.byteCount else {
                    needed = size
                    return (used, nil)
                }
                try body(here.extracting(2..<size))
                used += size
            case .ended:
                guard here.isEmpty else { return (used, ProtocolViolation("COPY's data goes on after its end mark")) }
                return (used, nil)
            }
        }
    }

    /// The header's size; nil when it is incomplete, 0 when it is invalid.
    private func headerSize(_ bytes: RawSpan) -> Int? {
        let signature = BinaryCopy.signature
        for (offset, byte) in signature.enumerated() {
            guard let here = bytes.integer(at: offset, as: UInt8.self) else { return nil }
            guard here == byte else { return 0 }
        }
        guard let flags = bytes.integer(at: signature.count, as: UInt32.self),
            let size = bytes.integer(at: signature.count + 4, as: Int32.self)
        else { return nil }
        // The upper half of the flags are critical: a reader must know them.
        guard flags >> 16 == 0, size >= 0 else { return 0 }
        let all = signature.count + 8 + Int(size)
        return bytes.byteCount >= all ? all : nil
    }

    /// The row's size with its number of columns, or the least that it can be when it is incomplete; 0 when it is
    /// invalid.
    private func rowSize(_ bytes: RawSpan) -> Int {
        var offset = 2
        for _ in 0..<columnCount {
            guard let length = bytes.integer(at: offset, as: Int32.self) else { return offset + 4 }
            guard length >= -1 else { return 0 }
            offset += 4 + max(Int(length), 0)
        }
        return offset
    }
}
