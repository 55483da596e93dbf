import PGWire
import PGWireTesting
import Testing

/// What a peer claims takes no memory; only what it sends does.
@Suite struct ProtocolMemoryTests {
    @Test func claimedLengthIsNotAllocated() throws {
        var session = Session()
        session.framer.phase = .established
        session.input.append(WireMessage(type: UInt8(ascii: "D"), claimedLength: 1 << 30).bytes.rawSpan)
        let message = try session.next()
        #expect(message == nil)
        let missing = session.missing
        #expect(missing == (1 << 30) - 4)
        _ = session.input.append(expected: session.input.credible(missing)) { _ in 0 }
        let capacity = session.input.chunk.capacity
        #expect(capacity <= 64 * 1024)
    }

    /// Room grows with what has come, so that a large message takes few calls.
    @Test func roomDoubles() {
        var input = InputBuffer(chunkSize: 1024)
        var calls = 0
        var sent = 0
        while sent < 1 << 20 {
            calls += 1
            sent += input.append(expected: input.credible((1 << 20) - sent)) { room in min(room.count, (1 << 20) - sent)
            }
        }
        #expect(input.count == 1 << 20)
        #expect(calls <= 12)
        #expect(input.chunk.capacity <= 2 << 20)
    }

    /// However little of a large message comes at a time, what has come is not copied again and again.
    @Test(arguments: [1000, 10_000, 50_000]) func littleAtATime(_ piece: Int) {
        var input = InputBuffer()
        let size = 16 << 20
        while input.count < size {
            let missing = size - input.count
            _ = input.append(expected: input.credible(missing)) { room in min(room.count, piece, missing) }
        }
        #expect(input.movedBytes < 2 * size, "\(input.movedBytes) bytes were moved")
        #expect(input.chunk.capacity <= 3 * size)
    }
}
