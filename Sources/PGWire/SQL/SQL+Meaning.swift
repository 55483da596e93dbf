/// What a statement does to the meaning of others: those that were parsed before may have to be parsed again.
enum ChangeOfMeaning {
    case none
    /// It defines something, or may.
    case definition
    /// It changes a setting that statements are read by, or the role whose names they see, perhaps for its transaction only.
    case setting
}

extension SQL {
    /// What it does to the meaning of others. For statements that are not planned: looking takes its time.
    var changeOfMeaning: ChangeOfMeaning {
        let start = significantBeginning
        let word = start.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
        switch String(Substring(word)).lowercased() {
        case "create", "alter", "drop", "do", "call", "import": return .definition
        case "explain": return text.holds(anyCaseOf: "create") ? .definition : .none
        case "reset", "discard": return .setting
        case "set": return Self.isHarmless(setting: start.dropFirst(3)) ? .none : .setting
        default: return .none
        }
    }

    /// The same of a text with any number of statements.
    static func changeOfMeaning(script text: String) -> ChangeOfMeaning {
        if ["set", "discard"].contains(where: text.holds(anyCaseOf:)) { return .setting }
        return ["create", "do", "call"].contains(where: text.holds(anyCaseOf:)) ? .definition : .none
    }

    /// The same of a statement that is planned, by what its text is made of: it may call `set_config`, or be a SELECT … INTO.
    static func changeOfMeaning(planned pieces: [Piece]) -> ChangeOfMeaning {
        for piece in pieces {
            if piece.text.holds(anyCaseOf: "set_config"), !isHarmless(call: piece.text) { return .setting }
            if piece.text.holds(anyCaseOf: "into temp") { return .definition }
        }
        return .none
    }

    /// Whether every `set_config('name'` in the text is about a setting that is harmless.
    private static func isHarmless(call text: String) -> Bool {
        var rest = Array(text.lowercased().utf8)[...]
        let name = Array("set_config".utf8)
        while let start = rest.indices.first(where: { rest[$0...].starts(with: name) }) {
            rest = rest[(start + name.count)...].drop { $0.isSpace }
            guard rest.first == UInt8(ascii: "(") else { return false }
            rest = rest.dropFirst().drop { $0.isSpace }
            guard rest.first == UInt8(ascii: "'") else { return false }
            rest = rest.dropFirst()
            let setting = rest.prefix { $0 != UInt8(ascii: "'") }
            guard isHarmless(name: String(decoding: setting, as: UTF8.self)) else { return false }
        }
        return true
    }

    /// Whether what follows `SET` is a setting by which no statement is read.
    private static func isHarmless(setting text: Substring.UTF8View) -> Bool {
        let separators = text.prefix(200).split { $0.isSpace || $0 == UInt8(ascii: "=") }
        var words = separators.map { String(Substring($0)).lowercased() }[...]
        if let first = words.first, first == "local" || first == "session" { words = words.dropFirst() }
        return isHarmless(name: words.first ?? "")
    }

    /// Settings of a program's own have a dot; of the server's, those that are set again and again.
    static func isHarmless(name: String) -> Bool {
        let bytes = name.utf8
        return bytes.contains(UInt8(ascii: ".")) || harmless.contains(name)
            || ["enable_", "jit", "log_", "max_parallel"].contains { bytes.starts(with: $0.utf8) }
            || ["_timeout", "_mem", "_cost"].contains { bytes.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    private static let harmless: Set<String> = [
        "application_name", "client_min_messages", "synchronous_commit", "statement_timeout", "transaction",
        "constraints",
        "characteristics", "transaction_read_only", "default_transaction_isolation", "default_transaction_read_only",
        "plan_cache_mode", "bytea_output", "extra_float_digits", "commit_delay",
    ]
}
