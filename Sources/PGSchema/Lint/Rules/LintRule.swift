/// Something that a revision should not do to a database in use, and what to write instead.
public struct LintRule: Sendable, Hashable, RawRepresentable {
    /// The name, as in `-- lint: allow NAME because …`.
    public let rawValue: String
    /// The level of a finding.
    public let level: Level
    /// Why it is dangerous, in a sentence.
    public let why: String
    /// What to write instead.
    public let instead: String
    /// Whether it is about how long a statement takes.
    let isAboutDuration: Bool
    private let wayDown: WayDown

    /// The level of a finding, in ascending order.
    public enum Level: String, Sendable, Comparable, CaseIterable {
        /// Worth knowing.
        case notice
        /// Dangerous in some cases.
        case warning
        /// Not to be deployed as it is.
        case error

        /// Whether `left` is the lower level.
        public static func < (left: Level, right: Level) -> Bool {
            allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
        }
    }

    /// The level in a downgrade. It takes the same locks on the same database, but is rare and deliberate. To lose what the
    /// upgrade made is its purpose, and programs must be downgraded before.
    enum WayDown {
        /// It does not count there.
        case none
        /// A warning at most.
        case milder
        /// The same level as in an upgrade.
        case same
    }

    init(
        _ name: String, _ level: Level, wayDown: WayDown = .milder, isAboutDuration: Bool = false, why: String,
        instead: String
    ) {
        rawValue = name
        self.level = level
        self.wayDown = wayDown
        self.isAboutDuration = isAboutDuration
        self.why = why
        self.instead = instead
    }

    /// The rule of that name; nil when there is none.
    public init?(rawValue: String) {
        guard let rule = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(rawValue.utf8) }) else {
            return nil
        }
        self = rule
    }

    /// The level in a downgrade; nil when it does not count there.
    var levelOfWayDown: Level? {
        switch wayDown {
        case .none: nil
        case .milder: min(level, .warning)
        case .same: level
        }
    }

    /// Whether both have the same name.
    public static func == (left: LintRule, right: LintRule) -> Bool { left.rawValue == right.rawValue }
    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension LintRule: CaseIterable {
    /// All rules, in the order in which they are listed.
    public static let allCases: [LintRule] =
        columnRules + tableRules + indexRules + constraintRules + typeRules + rowRules + sessionRules
        + revisionRules
}
