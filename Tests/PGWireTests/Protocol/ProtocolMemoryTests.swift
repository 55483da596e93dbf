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
        _ = session.input.append(minimum: session.input.credible(missing)) { _ in 0 }
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
            sent += input.append(minimum: input.credible((1 << 20) - sent)) { room in min(room.count, (1 << 20) - sent)
            }
        }
        #expect(input.count == 1 << 20)
        #expect(calls <= 12)
        #expect(input.chunk.capacity <= 2 << 20)
    }
}
