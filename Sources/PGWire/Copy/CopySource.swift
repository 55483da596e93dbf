/// What a binary `COPY … TO` copies out, read from its text (manual: "COPY"). Nothing in the data tells the types of the values,
/// so they are asked of the server, in the same message as the COPY and before it.
struct CopySource {
    /// Asks for the types: of a table by rows, of a query by the description of its columns.
    let question: String
    /// The table, when it is one.
    private let table: CopyTarget?
    /// What has to be taken off a position in ``question`` for that in the COPY, by Unicode scalars.
    private(set) var shift: Int?

    /// Nil when the text is written in no way that is known here.
    init?(_ text: String) {
        if let table = CopyTarget(text, "to") {
            (self.table, question) = (table, table.question)
        } else if let query = Self.query(text) {
            table = nil
            let beginning = "SELECT * FROM (\n"
            // A comment may be open to the end of the line.
            let end = query.utf8.contains("--".utf8) ? "\n" : ""
            question = "\(beginning)\(query)\(end)) AS query LIMIT 0; \n"
            let before = text.unicodeScalars.distance(from: text.startIndex, to: query.startIndex)
            shift = beginning.unicodeScalars.count - before
        } else {
            return nil
        }
    }

    /// The query of `COPY (query) TO STDOUT`, if nothing of it is carried out when no row is wanted.
    private static func query(_ text: String) -> Substring? {
        var start = SQL.significant(text.utf8[...])
        guard start.prefix(4).map({ $0 | 0x20 }) == Array("copy".utf8) else { return nil }
        start = SQL.significant(start.dropFirst(4))
        guard start.first == UInt8(ascii: "("), let end = end(start) else { return nil }
        let query = text[start.index(after: start.startIndex)..<end]
        let words = query.lowercased().utf8.split { !($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) }
        switch words.first.map({ String(Substring($0)) }) {
        case "select", "values", "table": return query
        case "with":
            let changes = ["insert", "update", "delete", "merge"]
            return words.contains { word in changes.contains { word.elementsEqual($0.utf8) } } ? nil : query
        default: return nil
        }
    }

    /// Where the parenthesis closes that stands in front of the last `TO STDOUT`.
    private static func end(_ text: Substring.UTF8View) -> String.Index? {
        for index in text.indices.reversed() where text[index] == UInt8(ascii: ")") {
            let rest = SQL.significant(text[text.index(after: index)...])
            guard rest.prefix(2).map({ $0 | 0x20 }) == Array("to".utf8) else { continue }
            let target = SQL.significant(rest.dropFirst(2))
            if target.prefix(6).map({ $0 | 0x20 }) == Array("stdout".utf8) { return index }
        }
        return nil
    }

    /// What the columns are decoded as, for Swift types that are sent as `declared`: where the server's types are known those,
    /// so that a value of another type is converted or refused as it is in a row.
    ///
    /// - Parameters:
    ///   - described: the columns of the answer, where it is a query's.
    ///   - listed: the rows of the answer, where it is a table's.
    func columns(_ declared: [OID], described: Columns, listed: [CopyColumn]) -> Columns {
        let listed = table?.columns(among: listed) ?? []
        let types = table == nil ? described.types : listed.map(\.type)
        let names = table == nil ? described.map(\.name) : listed.map(\.name.text)
        guard types.count == declared.count else { return Self.columns(declared) }
        let isTextual = table == nil ? types.map { _ in true } : listed.map(\.isTextual)
        let known = types.indices.map { index in
            // Whether a type of the database's own is sent as text is known of a table's columns only.
            guard types[index].isUserDefined, declared[index] == .text, isTextual[index] else { return types[index] }
            return OID.ofCopiedText
        }
        return Columns(binary: known, names: names)
    }

    /// What the columns are decoded as where the server's types are not known.
    static func columns(_ declared: [OID]) -> Columns {
        Columns(binary: declared.map { $0 == .text ? .ofCopiedText : $0 })
    }
}
