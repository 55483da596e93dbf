/// The statements of one connection that were seen, and those among them that the server has prepared.
///
/// A statement is prepared when it comes again: the first time nobody knows that it will. Those not used for longest give
/// way to new ones.
package struct StatementCache {
    /// What makes two statements the same: their text, and the declared types and formats of their parameters.
    package struct Key: Hashable {
        var pieces: [SQL.Piece]

        /// Whether it is one of the statements that the server makes a plan for. The others gain nothing from being
        /// prepared, and some, as BEGIN or VACUUM, need a batch of their own.
        fileprivate var isPlanned: Bool { SQL.isPlanned(beginning: (pieces.first?.text ?? "").utf8[...]) }

        /// Whether it is to be kept. Longer texts, such as a generated INSERT of a thousand rows, seldom come again.
        var isShort: Bool {
            var size = 0
            return pieces.allSatisfy { piece in
                size += piece.text.utf8.count
                return size <= 16 * 1024
            }
        }
    }

    /// One statement.
    package final class Entry {
        package enum State {
            /// Used, but never under a name.
            case seen
            /// Sent under its name; the answer is still to come.
            case sent
            case prepared
        }

        let key: Key
        /// The name on the server; empty before it is sent under one.
        @safe @exclusivity(unchecked) package fileprivate(set) var name = ""
        @safe @exclusivity(unchecked) package fileprivate(set) var state = State.seen
        /// How each Bind of it begins; empty until the first.
        @safe @exclusivity(unchecked) var bindPrefix: [UInt8] = []
        /// How many Syncs came before it in the batch that it was sent with.
        @safe @exclusivity(unchecked) package fileprivate(set) var sync = 0
        /// What was to be closed on the server before it was prepared.
        @safe @exclusivity(unchecked) fileprivate var closing: [String] = []
        /// The columns of its rows, once the server has told them, in the formats that were asked for last.
        @safe @exclusivity(unchecked) fileprivate(set) var columns: Columns?
        /// Those formats, as the caller put it and as they were sent.
        @safe @exclusivity(unchecked) fileprivate(set) var wanted = ResultFormats.binary
        @safe @exclusivity(unchecked) fileprivate(set) var formats = ResultFormats.binary
        /// Which changes of settings and tables came before it was parsed.
        @safe @exclusivity(unchecked) fileprivate(set) var generation: UInt64 = 0
        @safe @exclusivity(unchecked) fileprivate var lastUse: UInt64 = 0
        /// Whether it was asked for to be prepared, so that it gives way after all others.
        @safe @exclusivity(unchecked) var isExplicit = false

        /// What it does to the meaning of others.
        let change: ChangeOfMeaning

        /// Its text.
        var text: String {
            var sql = SQL(raw: "")
            sql.pieces = key.pieces
            return sql.text
        }

        fileprivate init(_ key: Key) {
            self.key = key
            change = SQL.changeOfMeaning(planned: key.pieces)
        }

        /// Notes the columns of its rows.
        func note(_ columns: Columns, wanted: ResultFormats, formats: ResultFormats) {
            // Those that are not kept are described each time.
            self.columns = columns.areSmall ? columns : nil
            self.wanted = wanted
            self.formats = formats
        }

        /// Notes that the server has prepared it, if that was what it was sent for.
        package func confirm() {
            guard state == .sent else { return }
            state = .prepared
            closing = []
        }
    }

    private var entries: [Key: Entry] = [:]
    private var last: Entry?
    private let capacity: Int
    private var uses: UInt64 = 0
    private var names = 0
    /// Prepared statements that are no longer wanted and still to be closed on the server.
    private var unwanted: [String] = []
    package init(capacity: Int) { self.capacity = capacity }

    /// The entry of the statement, and whether it was there before; nil when it is not to be kept.
    package mutating func use(_ key: Key) -> (entry: Entry, isKnown: Bool)? {
        uses += 1
        // The one that came last often comes again; two literals that are the same are compared by their address.
        if let last, last.key == key {
            last.lastUse = uses
            return (last, true)
        }
        // Looked at before anything else, as it takes a while to find a long one.
        guard capacity > 0, key.isShort else { return nil }
        if let entry = entries[key] {
            entry.lastUse = uses
            last = entry
            return (entry, true)
        }
        guard key.isPlanned else { return nil }
        while entries.count >= capacity, evict() {}
        let entry = Entry(key)
        entry.lastUse = uses
        entries[key] = entry
        return (entry, false)
    }

    /// Gives the statement a name to be sent under after so many Syncs, and returns the names to be closed before. Names are
    /// never used again on the same connection.
    package mutating func name(_ entry: Entry, sync: Int, generation: UInt64 = 0) -> [String] {
        names += 1
        entry.generation = generation
        entry.bindPrefix = []
        entry.name = "pgwire_\(names)"
        entry.state = .sent
        entry.sync = sync
        swap(&entry.closing, &unwanted)
        return entry.closing
    }

    /// Notes that a statement, if it was under way, has not been prepared: nor is it certain then that those were closed
    /// which were to be.
    package mutating func withdraw(_ entry: Entry) {
        guard entry.state == .sent else { return }
        entry.state = .seen
        unwanted += entry.closing
        entry.closing = []
    }

    /// Has a statement prepared anew when it is used next, as what it means may have changed.
    mutating func expire(_ entry: Entry) {
        guard entry.state == .prepared else { return }
        unwanted.append(entry.name)
        entry.state = .seen
    }

    /// Forgets a statement, and has it closed on the server if it is there.
    package mutating func remove(_ entry: Entry) {
        if entries[entry.key] === entry { entries[entry.key] = nil }
        if last === entry { last = nil }
        if entry.state == .prepared { unwanted.append(entry.name) }
        entry.state = .seen
    }

    /// Forgets all, as the server has nothing of it: it was told to drop them, or is another one.
    package mutating func removeAll() {
        for entry in entries.values { entry.state = .seen }
        entries = [:]
        last = nil
        unwanted = []
    }

    /// Makes place for another one; false when there is none to give way.
    private mutating func evict() -> Bool {
        // One that is under way keeps its place: its answers are to come. In a pipeline there may be nothing else.
        let idle = entries.values.filter { $0.state != .sent }
        guard let oldest = idle.min(by: { ($0.isExplicit ? 1 : 0, $0.lastUse) < ($1.isExplicit ? 1 : 0, $1.lastUse) })
        else { return false }
        remove(oldest)
        return true
    }
}

extension SQL {
    /// What makes it the same statement as another one, whatever the values.
    package var key: StatementCache.Key { StatementCache.Key(pieces: pieces) }

    /// Whether it is a statement that the server makes a plan for, as a SELECT or an INSERT.
    var isPlanned: Bool { Self.isPlanned(beginning: significantBeginning) }

    fileprivate static func isPlanned(beginning: Substring.UTF8View) -> Bool {
        let start = beginning.drop { $0.isSpace || $0 == UInt8(ascii: "(") }
        return plannedWords.contains { word in
            start.count > word.utf8.count && zip(start, word.utf8).allSatisfy { $0 | 0x20 == $1 }
        }
    }

    private static let plannedWords = ["select", "insert", "update", "delete", "merge", "with", "values"]
}
