extension FaultyProxy {
    /// What a ``FaultyProxy`` does wrong. `Faults()` is nothing: all is forwarded as it comes.
    public struct Faults: Sendable, Hashable {
        /// On the way from the client to the server.
        public var toServer = StreamFaults()
        /// On the way from the server to the client.
        public var toClient = StreamFaults()
        /// How the connection is cut when ``StreamFaults/cutsAfter`` is reached.
        public var cut = Cut.close

        /// No fault at all.
        public init() {}

        /// Both ways stand still: connections are accepted, and nothing is forwarded.
        public static let stalled: Faults = {
            var faults = Faults()
            faults.toServer.stallsAfter = 0
            faults.toClient.stallsAfter = 0
            return faults
        }()
    }

    /// What is done to the bytes in one direction. Offsets count from 0 at the connection's beginning, or at the moment at
    /// which the faults of an open connection were changed.
    public struct StreamFaults: Sendable, Hashable {
        /// How much later each byte arrives than it was sent. It is a delay only: bytes follow each other as fast as they
        /// came (at most 16 MiB are under way).
        public var latency: Duration = .zero
        /// Forwards at most so many bytes at once, each piece in a segment of its own; nil for as they come.
        public var pieceSize: Int?
        /// Turns all bits of the byte at this offset round.
        public var corruptsByteAt: Int?
        /// Forwards so many bytes, and then cuts the connection, for both sides.
        public var cutsAfter: Int?
        /// Forwards so many bytes, and then nothing more, while the connection stays open.
        public var stallsAfter: Int?

        /// No fault.
        public init() {}
    }

    /// How a connection ends.
    public enum Cut: Sendable, Hashable {
        /// Both sides see the end of the stream, after all that was forwarded before.
        case close
        /// Both sides' next calls fail.
        case reset
    }
}
