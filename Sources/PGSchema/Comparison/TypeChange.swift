import PGSchemaSQL
import PGWire

/// A change of a column's type, and what it does to the values.
struct TypeChange: Hashable {
    let old: SQLType
    let new: SQLType

    init(_ old: Schema.Column, _ new: Schema.Column) {
        self.old = SQLType(old.type.text)
        self.new = SQLType(new.type.text)
    }

    /// Whether a value may be truncated, rounded or refused.
    var mayLoseData: Bool {
        if old == new { return false }
        guard old.isArray == new.isArray else { return true }
        switch (old.name, new.name) {
        case (_, "text"): return false
        case ("text", "character varying") where new.numbers.isEmpty: return false
        case ("character varying", "character varying"):
            guard let limit = new.numbers.first else { return false }
            return old.numbers.first.map { $0 > limit } ?? true
        case ("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint"): return false
        case ("smallint", "numeric"), ("integer", "numeric"), ("bigint", "numeric"): return !new.numbers.isEmpty
        case ("smallint", "double precision"), ("integer", "double precision"), ("real", "double precision"):
            return false
        case ("numeric", "numeric"):
            guard new.numbers.count == 2 else { return false }
            guard old.numbers.count == 2 else { return true }
            return new.numbers[1] < old.numbers[1] || new.numbers[0] - new.numbers[1] < old.numbers[0] - old.numbers[1]
        case ("date", "timestamp without time zone"), ("date", "timestamp with time zone"): return false
        case ("timestamp without time zone", "timestamp with time zone"): return false
        case ("json", "jsonb"), ("jsonb", "json"): return false
        default: return true
        }
    }

    /// Whether the server must rewrite the table, which is locked meanwhile.
    var rewrites: Bool {
        switch (old.name, new.name) {
        case ("character varying", "text"), ("text", "character varying"), ("character varying", "character varying"):
            old.isArray != new.isArray || (!new.numbers.isEmpty && mayLoseData)
        case ("numeric", "numeric"): mayLoseData || old.numbers.last != new.numbers.last
        default: old != new
        }
    }

    /// Whether the conversion depends on the time zone of the session.
    var dependsOnTimeZone: Bool {
        let zoned = [old, new].count { $0.name == "timestamp with time zone" }
        let other = [old, new].count { $0.name == "timestamp without time zone" || $0.name == "date" }
        return zoned == 1 && other == 1
    }
}

/// A type as `format_type` writes it, parsed: `numeric(10,2)[]`.
struct SQLType: Hashable {
    /// `numeric`
    let name: String
    /// 10, 2
    let numbers: [Int]
    let isArray: Bool

    init(_ text: String) {
        isArray = text.ends(withBytesOf: "[]")
        let base = text.unicodeScalars.dropLast(isArray ? 2 : 0)
        // A parenthesis in a quoted name does not count.
        var isQuoted = false
        let open = base.firstIndex { scalar in
            if scalar == "\"" { isQuoted.toggle() }
            return scalar == "(" && !isQuoted
        }
        guard let open, let close = base.lastIndex(where: { $0 == ")" }), open < close else {
            name = String(base)
            numbers = []
            return
        }
        // `timestamp(3) with time zone`
        name = String(base[..<open]) + String(base[base.index(after: close)...])
        // 32 bits, as the server's, so that arithmetic cannot overflow.
        numbers = String(base[base.index(after: open)..<close]).split(at: ",").compactMap { text in
            Int32(text.trimmed).map { Int($0) }
        }
    }

    static func == (left: SQLType, right: SQLType) -> Bool {
        left.name.hasSameBytes(as: right.name) && left.numbers == right.numbers && left.isArray == right.isArray
    }

    func hash(into hasher: inout Hasher) {
        name.hashBytes(into: &hasher)
        hasher.combine(numbers)
        hasher.combine(isArray)
    }

    /// The name without quotes.
    var unquotedName: String {
        let tokens = SQLToken.tokens(of: name)
        return tokens.count == 1 && tokens[0].kind == .quotedName ? tokens[0].text : name
    }
}
