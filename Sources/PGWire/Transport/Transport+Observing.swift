extension Transport {
    /// An observer that writes a trace.
    static func observer(tracing trace: WireTrace) -> (Direction, RawSpan) -> Void {
        let writer = TraceWriter(trace)
        return { direction, bytes in writer.tracer.take(bytes, isSent: direction == .sent) }
    }

    /// Has one more called with what is sent and comes.
    func addObserver(_ added: @escaping (Direction, RawSpan) -> Void) {
        guard let earlier = observer else { return observer = added }
        observer = { direction, bytes in
            earlier(direction, bytes)
            added(direction, bytes)
        }
    }

    private final class TraceWriter {
        var tracer: WireTracer

        init(_ trace: WireTrace) { tracer = WireTracer(trace, time: WallClock.now) }
    }
}
