import PGWireTesting
import Testing

/// One direction through a proxy, played without sockets and by a clock that only the test moves.
@Suite struct ProxiedStreamTests {
    private typealias StreamFaults = FaultyProxy.StreamFaults
    private let start = ContinuousClock.now

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    private func faults(_ change: (inout StreamFaults) -> Void) -> StreamFaults {
        var faults = StreamFaults()
        change(&faults)
        return faults
    }

    /// All that is due, each output as a text.
    private func drain(_ stream: inout ProxiedStream, at milliseconds: Int) -> [String] {
        var outputs: [String] = []
        while let output = stream.output(at: at(milliseconds)) {
            switch output {
            case .bytes(let bytes):
                outputs.append(String(decoding: bytes, as: UTF8.self))
                stream.note(sent: bytes.count)
            case .end:
                outputs.append("end")
                stream.note(sent: 0)
            case .cut(let cut): return outputs + ["\(cut)"]
            }
        }
        return outputs
    }

    @Test func withoutFaultsAllPassesAsItCame() {
        var stream = ProxiedStream(StreamFaults(), at: start)
        stream.take(Array("ab".utf8), at: start)
        stream.take(Array("c".utf8), at: start)
        stream.take(end: .end, at: start)
        #expect(!stream.wantsInput)
        #expect(drain(&stream, at: 0) == ["ab", "c", "end"] && stream.nextDue == nil)
    }

    @Test func whatIsSentInPartIsSentFurther() {
        var stream = ProxiedStream(StreamFaults(), at: start)
        stream.take(Array("abcdef".utf8), at: start)
        stream.note(sent: 2)
        stream.note(sent: 1)
        #expect(drain(&stream, at: 0) == ["def"])
    }

    /// Each byte is late by the same time: what comes close together goes close together.
    @Test func latencyIsConstant() {
        var stream = ProxiedStream(faults { $0.latency = .milliseconds(50) }, at: start)
        for moment in 0..<10 { stream.take([UInt8(ascii: "0") + UInt8(moment)], at: at(moment)) }
        stream.take(end: .end, at: at(20))
        #expect(drain(&stream, at: 49) == [] && stream.nextDue == at(50))
        #expect(drain(&stream, at: 50) == ["0"] && stream.nextDue == at(51))
        #expect(drain(&stream, at: 58) == ["1", "2", "3", "4", "5", "6", "7", "8"])
        #expect(drain(&stream, at: 69) == ["9"] && drain(&stream, at: 70) == ["end"])
    }

    @Test func pieces() {
        var stream = ProxiedStream(faults { $0.pieceSize = 2 }, at: start)
        stream.take(Array("abcde".utf8), at: start)
        #expect(drain(&stream, at: 0) == ["ab", "cd", "e"])
        var nonsense = ProxiedStream(faults { $0.pieceSize = 0 }, at: start)
        nonsense.take(Array("ab".utf8), at: start)
        #expect(drain(&nonsense, at: 0) == ["a", "b"])
    }

    @Test func oneByteIsTurnedRound() {
        for offset in 0..<4 {
            var stream = ProxiedStream(faults { $0.corruptsByteAt = offset }, at: start)
            for bytes: [UInt8] in [[1, 2], [3], [4]] { stream.take(bytes, at: start) }
            var all: [UInt8] = []
            while case .bytes(let bytes)? = stream.output(at: start) {
                all += bytes
                stream.note(sent: bytes.count)
            }
            var expected: [UInt8] = [1, 2, 3, 4]
            expected[offset] ^= 0xff
            #expect(all == expected)
        }
    }

    @Test func aCutComesAfterJustSoManyBytes() {
        for count in 0...3 {
            var stream = ProxiedStream(
                faults {
                    $0.cutsAfter = count
                    $0.latency = .milliseconds(5)
                }, at: start)
            stream.take(Array("ab".utf8), at: start)
            #expect(stream.wantsInput == (count > 2))
            stream.take(Array("cd".utf8), at: start)
            #expect(drain(&stream, at: 4) == [] && !stream.wantsInput)
            #expect(drain(&stream, at: 5).joined() == "abcd".prefix(count) + "close")
        }
    }

    @Test func aStallKeepsWhatIsBehindIt() {
        var stream = ProxiedStream(faults { $0.stallsAfter = 3 }, at: start)
        stream.take(Array("ab".utf8), at: start)
        #expect(stream.wantsInput)
        stream.take(Array("cdef".utf8), at: start)
        stream.take(end: .end, at: start)
        #expect(!stream.wantsInput && drain(&stream, at: 0) == ["ab", "c"])
        // From then on it counts anew, also what was kept.
        stream.change(to: faults { $0.stallsAfter = 1 }, at: at(1))
        #expect(drain(&stream, at: 1) == ["d"])
        stream.change(to: StreamFaults(), at: at(2))
        #expect(drain(&stream, at: 2) == ["ef", "end"] && !stream.wantsInput)
    }

    @Test func faultsOfAnOpenStreamCountFromNow() {
        var stream = ProxiedStream(StreamFaults(), at: start)
        stream.take(Array("login".utf8), at: start)
        stream.change(to: faults { $0.cutsAfter = 2 }, cut: .reset, at: start)
        stream.take(Array("answer".utf8), at: start)
        #expect(drain(&stream, at: 0) == ["login", "an", "reset"])
    }

    @Test func aSenderThatIsCutOffIsHeardOut() {
        var stream = ProxiedStream(faults { $0.latency = .milliseconds(5) }, at: start)
        stream.take(Array("FATAL".utf8), at: start)
        stream.take(end: .cut(.reset), at: at(1))
        #expect(drain(&stream, at: 5) == ["FATAL"] && drain(&stream, at: 6) == ["reset"])
    }

    @Test func whatNobodyTakesIsLost() {
        var stream = ProxiedStream(StreamFaults(), at: start)
        stream.take(Array("a".utf8), at: start)
        stream.discard()
        stream.take(Array("b".utf8), at: start)
        #expect(!stream.wantsInput && drain(&stream, at: 0) == [] && stream.nextDue == nil)
    }

    /// A sender that fills the limit of bytes in flight is not read from until some have been forwarded.
    @Test func whatIsUnderWayIsBounded() {
        var stream = ProxiedStream(faults { $0.latency = .seconds(1) }, at: start)
        let chunk = [UInt8](repeating: 0, count: 1 << 20)
        for _ in 0..<16 {
            #expect(stream.wantsInput)
            stream.take(chunk, at: start)
        }
        #expect(!stream.wantsInput)
        stream.note(sent: 1)
        #expect(stream.wantsInput)
    }
}

extension ProxiedStreamTests {
    /// One direction ends, and nothing is said of the other.
    @Test func oneDirectionEnds() {
        let start = ContinuousClock.now
        var faults = FaultyProxy.StreamFaults()
        faults.endsAfter = 3
        var stream = ProxiedStream(faults, at: start)
        #expect(stream.wantsInput)
        stream.take(Array("abcdef".utf8), at: start)
        #expect(!stream.wantsInput)
        #expect(stream.output(at: start) == .bytes(Array("abc".utf8)[...]))
        stream.note(sent: 3)
        #expect(stream.output(at: start) == .end)
    }
}
