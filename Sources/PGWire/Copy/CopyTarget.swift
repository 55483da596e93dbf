/// Which table and columns a `COPY … FROM` writes to, read from its text (manual: "COPY").
///
/// In a binary COPY nothing tells the types of values that arrive: the eight bytes of a `double` are stored as a `bigint` in
/// silence. So the columns' types are asked of the server, in the same message as the COPY and before it.
struct CopyTarget {
    /// As it is written, each part quoted or not: `public."Player"`.
    private let table: String
    /// In the order of the COPY; nil for all.
    private let columnNames: [SQLIdentifier]?
    let isBinary: Bool

    /// Nil when the text is written in no way that is known here.
    ///
    /// - Parameter direction: `from`, or `to` for a table that is copied out.
    init?(_ text: String, _ direction: String = "from") {
        var reader = Reader(text)
        guard reader.takeWord("copy") else { return nil }
        // The form of PostgreSQL 7.2.
        let isOldForm = reader.takeWord("binary")
        guard var table = reader.takeName()?.written else { return nil }
        while reader.take(".") {
            guard let part = reader.takeName() else { return nil }
            table += "." + part.written
        }
        var names: [SQLIdentifier]?
        if reader.take("(") {
            var list: [SQLIdentifier] = []
            repeat {
                guard let name = reader.takeName() else { return nil }
                list.append(name.meant)
            } while reader.take(",")
            guard reader.take(")") else { return nil }
            names = list
        }
        guard reader.takeWord(direction) else { return nil }
        self.table = table
        columnNames = names
        isBinary = isOldForm || reader.restHolds("binary")
    }

    /// The columns that rows are written to, of those that the server told.
    ///
    /// Those that are not there are missing, so that their number is not the COPY's.
    func columns(among all: [CopyColumn]) -> [CopyColumn] {
        guard let columnNames else { return all }
        return columnNames.compactMap { name in all.first { $0.name == name } }
    }

    /// How many columns the answer to ``question`` has.
    static let questionColumns = 3

    /// Asks for name, type and category of type of each column that can be written, in their order. It means the same whatever
    /// the search path holds, but for the table, which is found by it as COPY finds it.
    var question: String {
        """
        WITH RECURSIVE c (n, name, type, kind, category, base) AS (\
        SELECT a.attnum, a.attname, t.oid, t.typtype, t.typcategory, t.typbasetype \
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) a.atttypid \
        WHERE a.attrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(E'\(escaped)')::pg_catalog.oid \
        AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped AND a.attgenerated OPERATOR(pg_catalog.=) '' \
        UNION ALL SELECT c.n, c.name, t.oid, t.typtype, t.typcategory, t.typbasetype \
        FROM c JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) c.base \
        WHERE c.kind OPERATOR(pg_catalog.=) 'd') \
        SELECT name, type, category FROM c WHERE kind OPERATOR(pg_catalog.<>) 'd' ORDER BY n; \n
        """
    }

    /// For a string constant with escapes, which is the same whatever `standard_conforming_strings` is.
    private var escaped: String {
        var bytes: [UInt8] = []
        for byte in table.utf8 {
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") { bytes.append(byte) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads names and marks, passing over blanks and comments.
    private struct Reader {
        private var rest: Substring.UTF8View

        init(_ text: String) { rest = text.utf8[...] }

        private mutating func skipBlanks() { rest = SQL.significant(rest) }

        mutating func take(_ mark: Unicode.Scalar) -> Bool {
            skipBlanks()
            guard rest.first == UInt8(ascii: mark) else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// Takes a key word that a name, or another word, follows.
        mutating func takeWord(_ word: String) -> Bool {
            skipBlanks()
            let found = rest.prefix(while: Self.isOfName)
            guard found.count == word.utf8.count, zip(found, word.utf8).allSatisfy({ $0 | 0x20 == $1 }) else {
                return false
            }
            rest = rest[found.endIndex...]
            return true
        }

        mutating func takeName() -> (written: String, meant: SQLIdentifier)? {
            skipBlanks()
            guard rest.first == UInt8(ascii: "\"") else { return takePlainName() }
            var meant: [UInt8] = []
            var index = rest.index(after: rest.startIndex)
            while index < rest.endIndex {
                let byte = rest[index]
                index = rest.index(after: index)
                if byte == UInt8(ascii: "\"") {
                    guard index < rest.endIndex, rest[index] == byte else {
                        let name = SQLIdentifier(String(decoding: meant, as: UTF8.self))
                        rest = rest[index...]
                        return (name.quoted, name)
                    }
                    index = rest.index(after: index)
                }
                meant.append(byte)
            }
            return nil
        }

        private mutating func takePlainName() -> (written: String, meant: SQLIdentifier)? {
            let name = rest.prefix(while: Self.isOfName)
            guard let first = name.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
            rest = rest[name.endIndex...]
            let folded = name.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
            let meant = SQLIdentifier(String(decoding: folded, as: UTF8.self))
            return (meant.quoted, meant)
        }

        /// Whether what is left holds a word, in any case.
        func restHolds(_ word: String) -> Bool {
            let lowered = rest.map { $0 | 0x20 }
            let wanted = Array(word.utf8)
            guard lowered.count >= wanted.count else { return false }
            return (0...lowered.count - wanted.count).contains { lowered[$0...].starts(with: wanted) }
        }

        private static func isOfName(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF:
                true
            default: false
            }
        }
    }
}
