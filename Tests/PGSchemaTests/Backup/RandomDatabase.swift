import FoundationEssentials

/// A database made by chance, as a list of statements: something of every kind that a schema can hold. The same seed makes the
/// same list.
///
/// The list is written without a server. A statement that the server refuses is left out, and with it what needed it: some are
/// refused by their nature, most are not.
struct RandomDatabase {
    /// What may be in it; `PGWIRE_BACKUP_KINDS` and `PGWIRE_BACKUP_WITHOUT` name some of them.
    enum Kind: String, CaseIterable, Sendable {
        case types, ranges, functions, calls, aggregates, operators, collations, casts, textSearch, tables, columns
        case constraints, exclusions, checksThatRead, foreignKeys, partitions, inheritance, indexes, statistics,
            sequences
        case views, rules, triggers, eventTriggers, policies, defaultPrivileges, grants, publications, comments,
            settings
        case rows
    }

    /// One statement, or several that belong together.
    struct Step: Sendable {
        let kind: Kind
        let sql: String
    }

    struct Column {
        let name: String
        let type: RandomType
        /// Whether a row may bring a value.
        var takesValues = true
        /// Whether it must.
        var isNeeded = false
    }

    struct Table {
        let name: String
        var columns: [Column]
        /// An integer column that is its primary key.
        var key: String?
        /// Whether columns, foreign keys and settings may be added. A parent of other tables is left as it is: with another column
        /// of its own, its children would have theirs in an order that nothing but pg_upgrade brings back.
        var isPlain = true
        /// Whether it gets ordinary rows.
        var takesRows = true
    }

    let seed: UInt64
    let major: Int
    private let kinds: Set<Kind>
    private(set) var steps: [Step] = []
    private var random: SplitMix64
    private var counter = 0
    private var words = ["select", "user", "table", "order", "group", "end", "check", "Default", "COPY"]

    var tables: [Table] = []
    var types: [RandomType] = []
    /// Functions from integer to integer, which anything can be computed by.
    var functions: [String] = []
    /// Those of them that call no other in their text. PostgreSQL reads the text of what computes a column when the column is made,
    /// under the search path of a restore, which is none.
    var plainFunctions: [String] = []
    var views: [String] = []
    var materialized: [String] = []
    var sequences: [String] = []
    /// For comments: the kind of object and its name, as after COMMENT ON.
    var commentable: [String] = []

    /// Roles that rights are given to. They are the server's, not the database's.
    static let roles = ["backup_reader", #""Backup ""Writer"" é""#]
    static let makingRoles = roles.map {
        "DO $$ BEGIN CREATE ROLE \($0); EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;"
    }.joined(separator: "\n")

    init(seed: UInt64, major: Int, kinds: Set<Kind> = Self.wanted) {
        self.seed = seed
        self.major = major
        self.kinds = kinds
        random = SplitMix64(state: seed)
        types = RandomType.builtIn(major: major)
        // First: what rights an extension's functions have by default privileges is not part of a backup.
        if isOne(of: 3) { addExtension() }
        if isOne(of: 3) { add(.defaultPrivileges, defaultPrivilege()) }
        addSchemaWideThings()
        for _ in 0..<pick(1...3) { addTable() }
        for _ in 0..<pick(12...40) { addAnything() }
        addRows()
        // These act on what comes after them.
        if isOne(of: 3) { addEventTrigger() }
        if isOne(of: 3) { add(.defaultPrivileges, defaultPrivilege()) }
    }

    static var wanted: Set<Kind> {
        func list(_ variable: String) -> [Kind]? {
            ProcessInfo.processInfo.environment[variable]?.split(separator: ",").compactMap {
                Kind(rawValue: String($0))
            }
        }
        return Set(list("PGWIRE_BACKUP_KINDS") ?? Kind.allCases).subtracting(list("PGWIRE_BACKUP_WITHOUT") ?? [])
    }

    private mutating func addAnything() {
        switch pick(0...31) {
        case 0, 1, 2: addTable()
        case 3: addPartitionedTable()
        case 4: addInheritance()
        case 5, 6: addColumn()
        case 7, 8, 9: addConstraint()
        case 10, 11: addForeignKey()
        case 12, 13: addIndex()
        case 14: addStatistics()
        case 15, 16, 17: addView()
        case 18: addRule()
        case 19, 20: addTrigger()
        case 21: addPolicy()
        case 22, 23: addFunction()
        case 24: addSequence()
        case 25: addPublication()
        case 26, 27: addGrant()
        case 28, 29: addSetting()
        default: addComment()
        }
    }

    private mutating func addSchemaWideThings() {
        for _ in 0..<pick(0...3) { addType() }
        if isOne(of: 3) { addRange() }
        for _ in 0..<pick(0...3) { addFunction() }
        if isOne(of: 3) { addCollation() }
        if isOne(of: 3) { addAggregate() }
        if isOne(of: 3) { addOperators() }
        if isOne(of: 3) { addCast() }
        if isOne(of: 3) { addTextSearch() }
        if isOne(of: 3) { addCheckThatReads() }
    }

    // MARK: - Statements

    mutating func add(_ kind: Kind, _ sql: String) {
        guard kinds.contains(kind) else { return }
        steps.append(Step(kind: kind, sql: sql))
    }

    /// A comment may be put on it later.
    mutating func remember(_ object: String) { commentable.append(object) }

    // MARK: - Chance

    mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func isOne(of count: Int) -> Bool { pick(1...count) == 1 }
    mutating func pick<C: Collection>(_ choice: C) -> C.Element? { choice.randomElement(using: &random) }
    /// The text, or nothing.
    mutating func maybe(_ text: String, _ count: Int = 2) -> String { isOne(of: count) ? text : "" }
    mutating func any(_ first: String, _ others: String...) -> String { pick([first] + others) ?? first }

    /// A name as SQL has it, which is there once.
    mutating func name(_ letter: String) -> String {
        counter += 1
        let plain = "\(letter)\(counter)"
        switch pick(0...22) {
        case 0: return "\"\(plain) With Space\""
        case 1: return "\"\(plain)\"\"quote\""
        case 2: return "\"\(plain)é ünï 🙂\""
        case 3: return "\"\(plain)'s\\n%I\""
        case 4: return "\"\(plain)\nline\r\n\\! echo\""
        case 5: return "\"\(plain); -- $x$\""
        case 6: return "\(plain)$dollar"
        case 7: return "\"\(plain)" + String(repeating: "z", count: 63 - plain.utf8.count) + "\""
        case 8 where !words.isEmpty: return "\"\(words.removeFirst())\""
        case 9: return "\"\(plain.uppercased()).\""
        default: return plain
        }
    }

    /// A constraint's name or none, which leaves it to the server.
    mutating func constraintName() -> String { isOne(of: 3) ? "CONSTRAINT \(name("k")) " : "" }
}

extension String {
    /// The text as a constant.
    var constant: String { "'\(replacing("'", with: "''"))'" }
}
