import PGWire
import Testing

/// How the next bytes are waited for.
@Suite struct AdaptiveWaitTests {
    /// The server is left alone for a moment only in the middle of what is long, and the next small answer ends that.
    @Test func longResults() {
        var wait = AdaptiveWait()
        for _ in 0..<31 { wait.note(bytes: 8192) }
        #expect(!wait.isInLongResult)
        wait.note(bytes: 8192)
        #expect(wait.isInLongResult)
        wait.note(bytes: 100)
        #expect(!wait.isInLongResult)
        wait.note(bytes: 8192)
        #expect(!wait.isInLongResult)
    }
}
