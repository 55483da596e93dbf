import PGWire
import PGWireTesting
import Testing

/// Which statements are kept in mind, and which are to be closed on the server.
@Suite struct StatementCacheTests {
    private static func key(_ index: Int) -> StatementCache.Key { SQL(raw: "SELECT \(index)").key }

    private static func use(
        _ index: Int, _ cache: inout StatementCache
    ) throws -> (entry: StatementCache.Entry, isKnown: Bool) {
        guard let used = cache.use(key(index)) else { throw Stop() }
        return used
    }

    /// Has the statement prepared, as its second use does.
    @discardableResult
    private static func prepare(
        _ index: Int, _ cache: inout StatementCache
    ) throws -> (entry: StatementCache.Entry, closed: [String]) {
        _ = cache.use(key(index))
        let entry = try use(index, &cache).entry
        let closed = entry.state == .seen ? cache.name(entry, sync: 0) : []
        entry.confirm()
        return (entry, closed)
    }

    @Test func isKnownFromTheSecondUseOn() throws {
        var cache = StatementCache(capacity: 3)
        let first = try Self.use(1, &cache)
        #expect(!first.isKnown && first.entry.state == .seen && first.entry.name.isEmpty)
        let second = try Self.use(1, &cache)
        #expect(second.isKnown && second.entry === first.entry)
        #expect(cache.name(second.entry, sync: 7) == [])
        #expect(second.entry.state == .sent && second.entry.name == "pgwire_1" && second.entry.sync == 7)
        second.entry.confirm()
        #expect(second.entry.state == .prepared)
        let another = try Self.use(2, &cache)
        #expect(!another.isKnown && another.entry !== first.entry)
    }

    /// The text and the parameters' types and formats make the statement, not their values.
    @Test func whatIsTheSame() {
        func key(_ sql: SQL) -> StatementCache.Key { sql.key }
        #expect(key("SELECT \(1)") == key("SELECT \(2)"))
        #expect(key("SELECT \(1)") != key("SELECT \("1")"))
        #expect(key("SELECT \(1)") != key("SELECT \(Int32(1))"))
        #expect(key("SELECT \(1)") != key("SELECT $1"))
        #expect(key("SELECT \(1) ") != key("SELECT \(1)"))
        #expect(key("SELECT \(Int?.none)") == key("SELECT \(2)"))
        // Of the same text, but with the parameter elsewhere.
        #expect(key("SELECT '$1', \(1)") != key("SELECT '\(1)', $1"))
    }

    @Test(arguments: [
        ("SELECT 1", true), ("select 1", true), ("  \n\tSeLeCt 1", true), ("(SELECT 1)", true),
        ("((VALUES (1)))", true),
        ("INSERT INTO t VALUES (1)", true), ("UPDATE t SET a = 1", true), ("DELETE FROM t", true),
        ("MERGE INTO t USING u", true), ("WITH a AS (SELECT 1) SELECT 2", true), ("VALUES (1)", true),
        ("BEGIN ISOLATION LEVEL SERIALIZABLE", false), ("COMMIT", false), ("VACUUM t", false),
        ("CREATE TABLE t ()", false),
        ("CREATE DATABASE d", false), ("COPY t FROM STDIN", false), ("EXECUTE p", false), ("SET a = 1", false),
        ("SHOW a", false), ("CALL p()", false), ("DO $$ $$", false), ("", false), ("SELECT", false), ("SEL", false),
    ])
    func whatIsPlanned(text: String, isKept: Bool) {
        var cache = StatementCache(capacity: 3)
        #expect((cache.use(SQL(raw: text).key) != nil) == isKept)
        #expect((cache.use(SQL(raw: text).key) != nil) == isKept)
    }

    @Test func longTextsAreNotKept() {
        var cache = StatementCache(capacity: 3)
        let start = "SELECT "
        for (size, isKept) in [(16 * 1024, true), (16 * 1024 + 1, false)] {
            let text = start + String(repeating: "1", count: size - start.utf8.count)
            #expect((cache.use(SQL(raw: text).key) != nil) == isKept)
        }
        var none = StatementCache(capacity: 0)
        #expect(none.use(Self.key(1)) == nil)
    }

    /// The one not used for longest gives way, whether it is prepared or not; what was prepared is to be closed.
    @Test func theOldestGivesWay() throws {
        var cache = StatementCache(capacity: 3)
        for index in 1...3 { try Self.prepare(index, &cache) }
        _ = cache.use(Self.key(1))
        // 2 gives way, which is closed when another is named.
        let (fourth, closed) = try Self.prepare(4, &cache)
        #expect(fourth.name == "pgwire_4" && closed == ["pgwire_2"])
        #expect(try Self.use(1, &cache).entry.state == .prepared)
        #expect(try Self.use(4, &cache).entry.state == .prepared)
        // 3 gives way to 2, which is new.
        let second = try Self.use(2, &cache)
        #expect(!second.isKnown && second.entry.state == .seen)
        // One that was only seen leaves nothing behind.
        _ = cache.use(Self.key(1))
        _ = cache.use(Self.key(4))
        _ = cache.use(Self.key(5))
        let (_, both) = try Self.prepare(6, &cache)
        #expect(both.sorted() == ["pgwire_1", "pgwire_3"])
    }

    /// Against a model, with random uses.
    @Test func isLeastRecentlyUsed() throws {
        var generator = FuzzGenerator(seed: 5)
        for capacity in 1...8 {
            var cache = StatementCache(capacity: capacity)
            var model: [Int] = []
            // What the server has: a Close that was withdrawn was not carried out.
            var onServer: Set<String> = []
            for _ in 0..<3000 {
                let index = generator.below(12)
                let (entry, isKnown) = try Self.use(index, &cache)
                try #require(isKnown == model.contains(index))
                model.removeAll { $0 == index }
                model.append(index)
                if model.count > capacity { model.removeFirst() }
                guard isKnown, entry.state == .seen else { continue }
                let closed = cache.name(entry, sync: 0)
                if generator.oneIn(5) {
                    cache.withdraw(entry)
                } else {
                    entry.confirm()
                    for name in closed { try #require(onServer.remove(name) != nil) }
                    try #require(onServer.insert(entry.name).inserted)
                    try #require(onServer.count <= capacity)
                }
            }
        }
    }

    /// What is under way keeps its place; what has not come about has none on the server, and what was to be closed with it
    /// is closed with the next.
    @Test func whatIsUnderWay() throws {
        var cache = StatementCache(capacity: 2)
        try Self.prepare(1, &cache)
        try Self.prepare(2, &cache)
        _ = cache.use(Self.key(3))
        let third = try Self.use(3, &cache).entry
        #expect(cache.name(third, sync: 0) == ["pgwire_1"])
        for index in 4...6 { _ = cache.use(Self.key(index)) }
        #expect(try Self.use(3, &cache).entry === third)
        cache.withdraw(third)
        #expect(third.state == .seen)
        cache.withdraw(third)
        let again = try Self.use(3, &cache).entry
        #expect(again === third)
        // 2 gave way to 4 meanwhile.
        #expect(cache.name(third, sync: 0).sorted() == ["pgwire_1", "pgwire_2"])
        #expect(third.name == "pgwire_4")
        third.confirm()
        cache.withdraw(third)
        #expect(third.state == .prepared)
    }

    @Test func forgettingAll() throws {
        var cache = StatementCache(capacity: 2)
        for index in 1...3 { try Self.prepare(index, &cache) }
        cache.removeAll()
        // The server has nothing of it any more, so there is nothing to close; and no name comes twice.
        let (entry, closed) = try Self.prepare(1, &cache)
        #expect(closed == [] && entry.name == "pgwire_4")
        cache.remove(entry)
        #expect(try Self.use(1, &cache).isKnown == false)
        #expect(try Self.prepare(2, &cache).closed == ["pgwire_4"])
    }
}
