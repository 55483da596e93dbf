/// The statements of one connection that were seen, and those among them that the server has prepared.
///
/// A statement is prepared when it comes again: the first time nobody knows that it will. Those not used for longest give
/// way to new ones.
struct StatementCache {
    /// What makes two statements the same: their text, and the declared types and formats of their parameters.
    struct Key: Hashable {
        var pieces: [String]
        var kinds: [Parameters.Kind]

        /// Whether it is one of the statements that the server makes a plan for. The others gain nothing from being
        /// prepared, and some, as BEGIN or VACUUM, must stand alone.
        fileprivate var isPlanned: Bool {
            let start = (pieces.first ?? "").utf8.drop { $0.isSpace || $0 == UInt8(ascii: "(") }
            return Self.plannedWords.contains { word in
                start.count > word.utf8.count && zip(start, word.utf8).allSatisfy { $0 | 0x20 == $1 }
            }
        }

        private static let plannedWords = ["select", "insert", "update", "delete", "merge", "with", "values"]
    }

    /// One statement.
    final class Entry {
        enum State {
            /// Used, but never under a name.
            case seen
            /// Sent under its name; the answer is still to come.
            case sent
            case prepared
        }

        let key: Key
        /// The name on the server; empty before it is sent under one.
        fileprivate(set) var name = ""
        var state = State.seen
        /// The columns of its rows, once the server has told them.
        var columns: Columns?
        fileprivate var lastUse: UInt64 = 0

        fileprivate init(_ key: Key) { self.key = key }
    }

    private var entries: [Key: Entry] = [:]
    private let capacity: Int
    private var uses: UInt64 = 0
    private var names = 0
    /// Prepared statements that are no longer wanted and still to be closed on the server.
    private var unwanted: [String] = []
    /// Longer texts, such as a generated INSERT of a thousand rows, seldom come again and are not kept.
    private static let maximumTextSize = 16 * 1024

    init(capacity: Int) { self.capacity = capacity }

    /// The entry of the statement, and whether it was there before; nil when it is not to be kept.
    mutating func use(_ key: Key) -> (entry: Entry, isKnown: Bool)? {
        uses += 1
        if let entry = entries[key] {
            entry.lastUse = uses
            return (entry, true)
        }
        guard capacity > 0, key.pieces.reduce(0, { $0 + $1.utf8.count }) <= Self.maximumTextSize, key.isPlanned else {
            return nil
        }
        if entries.count >= capacity { evict() }
        let entry = Entry(key)
        entry.lastUse = uses
        entries[key] = entry
        return (entry, false)
    }

    /// Gives the statement a name to be sent under. Names are never used again on the same connection.
    mutating func name(_ entry: Entry) {
        names += 1
        entry.name = "pgwire_\(names)"
        entry.state = .sent
    }

    /// Forgets a statement, and has it closed on the server if it is there.
    mutating func remove(_ entry: Entry) {
        if entries[entry.key] === entry { entries[entry.key] = nil }
        if entry.state == .prepared { unwanted.append(entry.name) }
        entry.state = .seen
    }

    /// Forgets all, as the server has nothing of it: it was told to drop them, or is another one.
    mutating func removeAll() {
        for entry in entries.values { entry.state = .seen }
        entries = [:]
        unwanted = []
    }

    /// The names to close on the server, which are taken for closed from now on.
    mutating func takeUnwanted() -> [String] {
        guard !unwanted.isEmpty else { return [] }
        defer { unwanted = [] }
        return unwanted
    }

    private mutating func evict() {
        // One that is under way keeps its place: its answers are to come. In a pipeline there may be nothing else.
        if let oldest = entries.values.filter({ $0.state != .sent }).min(by: { $0.lastUse < $1.lastUse }) {
            remove(oldest)
        }
    }
}
