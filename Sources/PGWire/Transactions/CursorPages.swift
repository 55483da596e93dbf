import Synchronization

/// What a ``ResultCursor`` and its pages share.
final class CursorPages<Element: Sendable>: Sendable {
    private let handle: ConnectionHandle
    private let name: String
    private let scrolls: Bool
    private let decode: @Sendable (ConnectionHandle, SQL) async throws -> [Element]
    private let isOpen = Atomic(true)

    init(
        _ handle: ConnectionHandle, _ name: String, scrolls: Bool,
        _ decode: @escaping @Sendable (ConnectionHandle, SQL) async throws -> [Element]
    ) {
        self.handle = handle
        self.name = name
        self.scrolls = scrolls
        self.decode = decode
    }

    func fetch(_ count: Int) async throws -> [Element] {
        try check(count)
        return try await decode(handle, "FETCH FORWARD \(raw: "\(count)") FROM \(raw: name)")
    }

    func skip(_ count: Int) async throws -> Int {
        try check(count)
        return try await move("FORWARD \(count)")
    }

    func fetchBackward(_ count: Int) async throws -> [Element] {
        try check(count)
        try checkScrolling()
        return try await decode(handle, "FETCH BACKWARD \(raw: "\(count)") FROM \(raw: name)")
    }

    func fetchAbsolute(_ position: Int) async throws -> Element? {
        try check(position: position)
        return try await decode(handle, "FETCH ABSOLUTE \(raw: "\(position)") FROM \(raw: name)").first
    }

    func moveAbsolute(_ position: Int) async throws -> Bool {
        try check(position: position)
        return try await move("ABSOLUTE \(position)") > 0
    }

    private func move(_ direction: String) async throws -> Int {
        try await Transaction(handle).execute("MOVE \(raw: direction) FROM \(raw: name)").rowCount ?? 0
    }

    private func check(_ count: Int) throws(PostgresError) {
        try checkOpen()
        guard (1...Int(Int32.max)).contains(count) else {
            throw .usage("1 to \(Int32.max) rows are asked for at once, not \(count)")
        }
    }

    private func check(position: Int) throws(PostgresError) {
        try checkOpen()
        try checkScrolling()
        guard Int32(exactly: position) != nil else {
            throw .usage("the place of a row in a cursor is of 32 bits, and \(position) is not")
        }
    }

    private func checkOpen() throws(PostgresError) {
        guard isOpen.load(ordering: .acquiring) else {
            throw .usage("the cursor is closed: use it only inside the closure that it was given to")
        }
    }

    private func checkScrolling() throws(PostgresError) {
        guard scrolls else { throw .usage("the cursor only goes forwards: open it by withCursor(…, scrolls: true)") }
    }

    /// Lets nobody use it any more.
    func invalidate() { isOpen.store(false, ordering: .releasing) }

    /// Numbers cursors: names of one connection must differ, and in front of a pooler connections share sessions.
    static func newName() -> String { "pgwire_cursor_\(cursorCount.add(1, ordering: .relaxed).newValue)" }
}

private let cursorCount = Atomic<UInt64>(0)
