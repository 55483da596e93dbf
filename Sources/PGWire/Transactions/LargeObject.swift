import Synchronization

/// An open large object, a stream of bytes in the database that is read and written at any place of it (manual: "Large
/// Objects"). It may hold 4 TB, of which only what was written takes room.
///
/// ```swift
/// let id = try await db.transaction { tx in
///     let id = try await tx.createLargeObject()
///     try await tx.withLargeObject(id, for: .writing) { try await $0.write(bytes) }
///     return id
/// }
/// ```
/// Each call is one round trip at least. All that is done belongs to the transaction: rolled back, nothing of it was.
public struct LargeObject: ~Copyable {
    /// What is to be done with it.
    public enum Access: Sendable {
        /// It is read, as it was when the statement began that opened it.
        case reading
        /// It is read and written.
        case writing

        /// `INV_READ` and `INV_WRITE`.
        var flags: Int32 {
            switch self {
            case .reading: 0x40000
            case .writing: 0x60000
            }
        }
    }

    /// From where a place is counted.
    public enum Origin: Int32, Sendable {
        /// The first byte.
        case start = 0
        /// Where the next byte is read or written.
        case position = 1
        /// The end; places before it are negative.
        case end = 2
    }

    private let stream: LargeObjectStream

    fileprivate init(_ stream: LargeObjectStream) { self.stream = stream }

    /// The bytes from the position on, at most `count` of them; empty at the end, and fewer than `count` only before the end.
    ///
    /// - Throws: ``PostgresError``, or `CancellationError`.
    public func read(_ count: Int) async throws -> [UInt8] { try await stream.read(count) }

    /// All bytes from the position on, piece by piece.
    ///
    /// - Parameter count: the size of a piece, each of which takes a round trip; 1 GiB at most.
    public func chunks(of count: Int = 256 * 1024) -> Chunks { Chunks(stream: stream, count: count) }

    /// Writes bytes at the position, over those that are there.
    ///
    /// - Throws: ``PostgresError``: among others when it was opened for reading, or is longer than 4 TB.
    public func write(_ bytes: [UInt8]) async throws { try await stream.write(bytes) }

    /// Goes to another place, which may be behind the end: what is left out are zeros once something is written there.
    ///
    /// - Returns: the position, counted from the start.
    @discardableResult
    public func seek(to offset: Int64, from origin: Origin = .start) async throws -> Int64 {
        try await stream.call("SELECT pg_catalog.lo_lseek64(\(stream.descriptor), \(offset), \(origin.rawValue))")
    }

    /// How many bytes there are up to the end. The position stays.
    public func count() async throws -> Int64 {
        let position = try await seek(to: 0, from: .position)
        let count = try await seek(to: 0, from: .end)
        try await seek(to: position)
        return count
    }

    /// Cuts it off after `count` bytes, or fills it up with zeros to so many.
    public func truncate(to count: Int64) async throws {
        let _: Int32 = try await stream.call("SELECT pg_catalog.lo_truncate64(\(stream.descriptor), \(count))")
    }

    /// Pieces of a large object, to be iterated inside the closure that it was given to.
    public struct Chunks: AsyncSequence, Sendable {
        /// The bytes of a piece.
        public typealias Element = [UInt8]

        fileprivate let stream: LargeObjectStream
        fileprivate let count: Int

        /// Goes on where the large object's position is.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: stream, count: count) }

        /// Goes through the pieces.
        public struct AsyncIterator: AsyncIteratorProtocol {
            fileprivate let stream: LargeObjectStream
            fileprivate let count: Int

            /// The next piece; nil at the end.
            public mutating func next() async throws -> [UInt8]? {
                let bytes = try await stream.read(count)
                return bytes.isEmpty ? nil : bytes
            }
        }
    }
}

/// What a ``LargeObject`` and its pieces share.
private final class LargeObjectStream: Sendable {
    let descriptor: Int32
    private let handle: ConnectionHandle
    private let isOpen = Atomic(true)
    /// The server takes no more in one value.
    private static let maximumCount = (1 << 30) - 5
    /// So much is written by one statement.
    private static let writeSize = 1 << 20

    init(_ handle: ConnectionHandle, _ descriptor: Int32) {
        self.handle = handle
        self.descriptor = descriptor
    }

    /// The value of a statement that returns one.
    func call<T: PostgresDecodable>(_ sql: SQL) async throws -> T {
        // The server gives the number of one that is closed to the next one that is opened.
        guard isOpen.load(ordering: .acquiring) else {
            throw PostgresError.usage("the large object is closed: use it only inside the closure that it was given to")
        }
        return try await handle.fetchOwn(sql, as: T.self)
    }

    func read(_ count: Int) async throws -> [UInt8] {
        guard (1...Self.maximumCount).contains(count) else {
            throw PostgresError.usage(
                "1 to \(Self.maximumCount) bytes are read from a large object at once, not \(count)")
        }
        return try await call("SELECT pg_catalog.loread(\(descriptor), \(Int32(truncatingIfNeeded: count)))")
    }

    func write(_ bytes: [UInt8]) async throws {
        for start in stride(from: 0, to: bytes.count, by: Self.writeSize) {
            let piece = Array(bytes[start..<min(start + Self.writeSize, bytes.count)])
            let _: Int32 = try await call("SELECT pg_catalog.lowrite(\(descriptor), \(piece))")
        }
    }

    /// Closes it on the server, unless the transaction has failed, which has closed it.
    func close(afterFailure failed: Bool) async throws {
        defer { isOpen.store(false, ordering: .releasing) }
        // A statement's error closes it with the transaction; after any other the transaction may go on.
        if failed, await !handle.isBlockSound { return }
        let _: Int32 = try await call("SELECT pg_catalog.lo_close(\(descriptor))")
    }
}

extension Transaction {
    /// Makes an empty large object, and returns its identifier: to be kept in a column of type `oid`, as nothing else knows of it.
    public func createLargeObject() async throws -> OID {
        try await _handle.fetchOwn("SELECT pg_catalog.lo_create(0::pg_catalog.oid)", as: OID.self)
    }

    /// Removes a large object.
    ///
    /// - Throws: ``PostgresError/server(_:)`` when there is none with this identifier, or it belongs to another role.
    public func removeLargeObject(_ id: OID) async throws {
        _ = try await _handle.fetchOwn("SELECT pg_catalog.lo_unlink(\(id))", as: Int32.self)
    }

    /// Opens a large object for `body`, at its first byte.
    ///
    /// - Throws: what `body` throws; ``PostgresError/server(_:)`` when there is no large object with this identifier, or the role may
    ///   not open it.
    public func withLargeObject<R>(
        _ id: OID, for access: LargeObject.Access = .reading, _ body: (borrowing LargeObject) async throws -> R
    ) async throws -> R {
        let descriptor = try await _handle.fetchOwn("SELECT pg_catalog.lo_open(\(id), \(access.flags))", as: Int32.self)
        let stream = LargeObjectStream(_handle, descriptor)
        let result: R
        do {
            result = try await body(LargeObject(stream))
        } catch {
            try? await stream.close(afterFailure: true)
            throw error
        }
        try await stream.close(afterFailure: false)
        return result
    }
}
