/// COPY's binary format (manual: "COPY", "Binary Format"): a header, rows, and a mark at the end.
package enum BinaryCopy {
    /// `PGCOPY`, then bytes that a transfer as text would spoil.
    package static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
    /// The signature, no flags, no extension.
    package static let header: [UInt8] = signature + [0, 0, 0, 0, 0, 0, 0, 0]
    /// Stands where a row's count of columns would.
    package static let end: Int16 = -1
}

/// Takes COPY's binary format apart into rows. It does not rely on a message being a row, as servers send it, because the
/// manual does not promise it.
package struct BinaryCopyReader: ~Copyable {
    private enum State {
        case header
        case rows
        case ended
    }

    private var state = State.header
    private let columnCount: Int
    /// The beginning of something that was not all there, and how long it must be at least before it is looked at again.
    private var rest: [UInt8] = []
    private var needed = 0
    /// How long a row may be, in bytes: its parts may come in any number of messages.
    private let maximumSize: Int

    package init(columnCount: Int, maximumSize: Int = 1 << 30) {
        self.columnCount = columnCount
        self.maximumSize = maximumSize
    }

    /// Takes a piece of the data and gives `body` the values of each row that is complete: for each column its length, or
    /// -1 for NULL, and its bytes, as in a DataRow.
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

    /// What is wrong with a row that goes on and on.
    private var excess: ProtocolViolation? {
        guard max(rest.count, needed) > maximumSize else { return nil }
        return ProtocolViolation("COPY has a row of more than \(maximumSize) bytes, which is the maximum here")
    }

    /// What is wrong when nothing more comes; nil when all came.
    package var incompleteness: ProtocolViolation? {
        if case .ended = state, rest.isEmpty { return nil }
        return ProtocolViolation("COPY's data ended before its end mark")
    }

    /// How many bytes were used, and what is wrong with the others.
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

    /// The header's size; nil when it is not all there, 0 when it is none.
    private func headerSize(_ bytes: RawSpan) -> Int? {
        let signature = BinaryCopy.signature
        for (offset, byte) in signature.enumerated() {
            guard let here = bytes.integer(at: offset, as: UInt8.self) else { return nil }
            guard here == byte else { return 0 }
        }
        guard let flags = bytes.integer(at: signature.count, as: UInt32.self),
            let size = bytes.integer(at: signature.count + 4, as: Int32.self)
        else { return nil }
        // The upper half are changes that a reader must know of.
        guard flags >> 16 == 0, size >= 0 else { return 0 }
        let all = signature.count + 8 + Int(size)
        return bytes.byteCount >= all ? all : nil
    }

    /// The row's size with its count, or what it is at least where it is not all there; 0 when it is none.
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
