import PGSchemaComparison
import PGSchemaSQL
import TestSupport

/// A schema made by chance, and changes of it made by chance. The same seed makes the same.
///
/// Each name is there once and has a number, so that none is part of another; some need quotes, some are as long as can be,
/// some are words of the language.
struct RandomSchema {
    var schema = Schema()
    /// What was done to the schema by hand after it was made, which no declaration says.
    var handmade: [String] = []
    /// What was done, for a person.
    var log: [String] = []
    /// As it was before the changes.
    private var before = Schema()
    /// What things that were there before the changes were called then, by the name that they have now.
    var origins: [String: String] = [:]
    /// The table that most of the changes are made on.
    private var focus: String?
    var random: SplitMix64
    let major: Int
    private var counter = 0
    private var words = ["user", "order", "select", "desc", "check", "table", "limit", "primary", "offset", "end"]

    init(seed: UInt64, major: Int) {
        random = SplitMix64(state: seed)
        self.major = major
        for _ in 0..<pick(0...2) { addEnum() }
        for _ in 0..<pick(2...4) { addTable() }
        for _ in 0..<pick(2...10) { addDetail() }
        if isLikely() { comment() }
        if pick(0...3) == 0 { changeStorage() }
        dropStrayKeys()
        log = []
        if isLikely() { takeValidityAway() }
        before = schema
    }

    /// Makes one to six changes.
    mutating func change() {
        origins = Dictionary(before.allNames.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
        if isLikely() { focus = schema.tables[anyTable].name }
        for _ in 0..<pick(1...6) {
            changeOnce()
            dropStrayKeys()
        }
    }

    /// The renames among the changes, as a user would ask for them.
    var renames: [String] {
        func request(_ name: String, in container: String? = nil) -> String? {
            guard let origin = origins[name], origin != name else { return nil }
            return "\(container.map { "\($0)." } ?? "")\(origin)=\(name)"
        }
        let tables = schema.tables.flatMap { table in
            [request(table.name)] + table.columns.map { request($0.name, in: table.name) }
        }
        let enums = schema.enums.flatMap { type in
            [request(type.name)] + type.labels.map { request($0, in: type.name) }
        }
        return (tables + enums).compactMap { $0 }
    }

    /// Whether a change takes rows or values away.
    var losesData: Bool {
        let kept = Set(schema.allNames.compactMap { origins[$0] })
        return before.tables.contains { table in
            !kept.contains(table.name)
                || table.columns.contains { $0.generation == nil && !kept.contains($0.name) }
        } || before.enums.contains { kept.contains($0.name) && !$0.labels.allSatisfy(kept.contains) }
    }

    // MARK: - Chance

    mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func isLikely() -> Bool { pick(0...1) == 0 }
    mutating func pick<C: Collection>(_ choice: C) -> C.Element? { choice.randomElement(using: &random) }

    var anyTable: Int {
        mutating get {
            if let place = schema.tables.firstIndex(where: { $0.name == focus }), pick(0...3) > 0 { return place }
            return pick(0...schema.tables.count - 1)
        }
    }

    mutating func name(_ letter: Character) -> String {
        counter += 1
        let digits = String(counter)
        let plain = "\(letter)\(String(repeating: "0", count: max(0, 3 - digits.count)))\(digits)"
        switch pick(0...15) {
        case 0: return plain.uppercased() + " x"
        case 1: return "\(plain)\"-"
        case 2: return plain + String(repeating: "z", count: 63 - plain.utf8.count)
        case 3: return "\(plain)é" + String(repeating: "ü", count: pick(0...1) * (61 - plain.utf8.count) / 2)
        case 4 where letter == "c" && !words.isEmpty: return words.removeFirst()
        default: return plain
        }
    }

    /// A name or none, which leaves it to the server.
    mutating func nameOrNone(_ letter: Character) -> String? { isLikely() ? nil : name(letter) }

    /// The table or the enum type of that name has another one now.
    mutating func follow(_ old: String, _ new: String) {
        if let origin = origins.removeValue(forKey: old) { origins[new] = origin }
        if focus == old { focus = new }
        log.append("rename \(old) to \(new)")
    }
}

extension Schema {
    /// Of tables, columns, enum types and labels.
    fileprivate var allNames: [String] {
        tables.flatMap { [$0.name] + $0.columns.map(\.name) } + enums.flatMap { [$0.name] + $0.labels }
    }
}

extension String {
    /// The name as SQL has it.
    var inSQL: String {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let isPlain = utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || digits.contains($0) }
        // Without a number it is a word of the language.
        return isPlain && utf8.contains(where: digits.contains) ? self : "\"\(replacing("\"", with: "\"\""))\""
    }

    /// The text between the quotes of a constant.
    var inQuotes: String { replacing("'", with: "''") }
}

/// A small generator that is the same everywhere.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
