extension FaultyProxy {
    /// The faults of a ``FaultyProxy``. `Faults()` has none: bytes are forwarded unchanged.
    public struct Faults: Sendable, Hashable {
        /// From the client to the server.
        public var toServer = StreamFaults()
        /// From the server to the client.
        public var toClient = StreamFaults()
        /// How the connection is cut when ``StreamFaults/cutsAfter`` is reached.
        public var cut = Cut.close

        /// No fault.
        public init() {}

        /// Connections are accepted, but nothing is forwarded in either direction.
        public static let stalled: Faults = {
            var faults = Faults()
            faults.toServer.stallsAfter = 0
            faults.toClient.stallsAfter = 0
            return faults
        }()
    }

    /// The faults of one direction. Offsets are counted from the start of the connection, or from when the faults of
    /// an open connection were changed.
    public struct StreamFaults: Sendable, Hashable {
        /// The delay of each byte. The throughput is not limited; at most 16 MiB are in flight.
        public var latency: Duration = .zero
        /// The maximum number of bytes forwarded at once, each piece in a segment of its own; nil for no limit.
        public var pieceSize: Int?
        /// Inverts the bits of the byte at this offset.
        public var corruptsByteAt: Int?
        /// Cuts the connection on both sides after this many bytes.
        public var cutsAfter: Int?
        /// Ends this direction after this many bytes, as if its sender had shut it down: the receiver gets the end of the stream, while
        /// the other direction stays open.
        public var endsAfter: Int?
        /// Stops forwarding after this many bytes, while the connection stays open.
        public var stallsAfter: Int?

        /// No fault.
        public init() {}
    }

    /// How a connection is cut.
    public enum Cut: Sendable, Hashable {
        /// Both sides receive the end of the stream, after the bytes forwarded before.
        case close
        /// Both sides get a reset: their next calls fail.
        case reset
    }
}
