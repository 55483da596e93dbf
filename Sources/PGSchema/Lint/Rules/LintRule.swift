/// What a revision must not do to a database that is in use, and what to write instead.
public struct LintRule: Sendable, Hashable, RawRepresentable {
    /// Its name, as findings and the revisions' `-- lint: allow …` have it.
    public let rawValue: String
    /// How bad it is.
    public let level: Level
    /// Why it is dangerous, in a sentence.
    public let why: String
    /// What to write instead.
    public let instead: String
    /// Whether it is about the time that a statement takes.
    package let isAboutWork: Bool
    private let wayDown: WayDown

    /// How bad a finding is.
    public enum Level: String, Sendable, Comparable, CaseIterable {
        case notice, warning, error

        public static func < (left: Level, right: Level) -> Bool {
            allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
        }
    }

    /// How bad it is on a way down, which takes the same locks on the same database, but seldom and when somebody has
    /// decided to. That it loses what the way up made, and that programs must have gone back before, is what it is for.
    enum WayDown {
        /// Nothing is bad about it there.
        case none
        /// A warning at most.
        case milder
        /// As bad as on the way up.
        case same
    }

    init(
        _ name: String, _ level: Level, wayDown: WayDown = .milder, isAboutWork: Bool = false, why: String,
        instead: String
    ) {
        rawValue = name
        self.level = level
        self.wayDown = wayDown
        self.isAboutWork = isAboutWork
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

    /// How bad it is on a way down; nil when nothing is bad about it there.
    package var levelOfWayDown: Level? {
        switch wayDown {
        case .none: nil
        case .milder: min(level, .warning)
        case .same: level
        }
    }

    public static func == (left: LintRule, right: LintRule) -> Bool { left.rawValue == right.rawValue }
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension LintRule: CaseIterable {
    /// All rules, in the order in which they are listed.
    public static let allCases: [LintRule] =
        columnsRules + tablesRules + indexesRules + constraintsRules + typesRules + rowsRules + sessionsRules
        + revisionRules
}
