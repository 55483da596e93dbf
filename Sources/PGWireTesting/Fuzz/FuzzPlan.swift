/// The first bytes of an input for ``FuzzedSession``: how the client logs in, how the server's bytes are cut, and what is asked.
///
/// | Byte | What it says |
/// |---|---|
/// | 0 | the login: ``Login`` |
/// | 1 | the pieces: 0 all at once, 1 byte by byte, else a seed; ``comparesPieces`` in the highest bit |
/// | 2 | the number of the bytes of the steps, which follow |
///
/// Every sequence of bytes is a plan.
package struct FuzzPlan: Sendable {
    /// How a COPY that the server asks data for is answered.
    package enum CopyAnswer: UInt8, Sendable {
        case refuse, give, giveNothing, fail
    }

    /// What is asked next.
    package enum Step: Sendable, Hashable {
        case simple(CopyAnswer)
        case extended([StatementShape])
        case repeated(settings: Int, describes: Bool, elements: Int, isGivenUp: Bool)
        case replication(isLogical: Bool)
        case listen
        case cancel
    }

    /// What is sent for one statement of a batch, as bits.
    package struct StatementShape: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let parses = StatementShape(rawValue: 1)
        package static let describes = StatementShape(rawValue: 2)
        package static let isDescribedOnly = StatementShape(rawValue: 4)
        package static let isLimited = StatementShape(rawValue: 8)
        package static let continuesPortal = StatementShape(rawValue: 16)
        package static let isInternal = StatementShape(rawValue: 32)
        package static let syncs = StatementShape(rawValue: 64)
        package static let closes = StatementShape(rawValue: 128)
    }

    /// How the bytes are cut.
    package struct Pieces: Sendable {
        private var generator: FuzzGenerator
        private let style: Int

        package init(_ seed: UInt8) {
            generator = FuzzGenerator(seed: UInt64(seed))
            style = seed < 2 ? Int(seed) : 2 + Int(seed) % 2
        }

        /// All at once.
        package static let whole = Pieces(0)

        mutating func next(_ count: Int) -> Int {
            switch style {
            case 0: count
            case 1: 1
            case 2: 1 + generator.below(7)
            default: 1 + generator.below(count)
            }
        }
    }

    package var login: FuzzLogin
    private var cuts: UInt8
    package var steps: [UInt8]

    package init(login: FuzzLogin = .established, cuts: UInt8 = 0, steps: [UInt8] = []) {
        (self.login, self.cuts, self.steps) = (login, cuts, steps)
    }

    /// The plan of an input.
    package init(_ input: [UInt8]) {
        login = FuzzLogin(rawValue: input.first ?? 0)
        cuts = input.count > 1 ? input[1] : 0
        let count = input.count > 2 ? Int(input[2]) : 0
        steps = Array(input.dropFirst(3).prefix(count))
        size = min(input.count, 3 + steps.count)
    }

    /// The number of bytes that the plan takes at the beginning of its input.
    package private(set) var size = 0

    /// The plan at the beginning of an input.
    package var bytes: [UInt8] {
        [login.rawValue, cuts, UInt8(truncatingIfNeeded: min(steps.count, 255))] + steps.prefix(255)
    }

    package var pieces: Pieces { Pieces(cuts & 0x7F) }
    /// Whether the session is played twice, in pieces of other sizes, which may make no difference.
    package var comparesPieces: Bool { cuts & 0x80 != 0 }
    package var otherPieces: Pieces { cuts & 0x7F == 1 ? .whole : Pieces(1) }

    /// The step at `position`, which moves behind it; nil at the end.
    func step(_ position: inout Int) -> Step? {
        guard position < steps.count else { return nil }
        let byte = steps[position]
        position += 1
        let argument = Int(byte & 0x0F)
        switch byte >> 4 & 7 {
        case 0, 6: return .simple(CopyAnswer(rawValue: byte & 3) ?? .refuse)
        case 1, 7:
            let shapes = steps[position...].prefix(argument + 1)
            position += shapes.count
            let statements = shapes.map { StatementShape(rawValue: $0) }
            return .extended(statements.isEmpty ? [[.parses, .describes]] : statements)
        case 2:
            let elements = position < steps.count ? Int(steps[position]) : 1
            position += 1
            return .repeated(
                settings: argument & 3, describes: argument & 4 != 0, elements: elements, isGivenUp: argument & 8 != 0)
        case 3: return .replication(isLogical: argument & 1 == 0)
        case 4: return .listen
        default: return .cancel
        }
    }

    /// The bytes of some steps.
    package static func steps(_ steps: [Step]) -> [UInt8] {
        steps.flatMap { step -> [UInt8] in
            switch step {
            case .simple(let answer): [answer.rawValue]
            case .extended(let shapes):
                [0x10 | UInt8(truncatingIfNeeded: min(shapes.count, 16) - 1) & 0x0F]
                    + shapes.prefix(16).map(\.rawValue)
            case .repeated(let settings, let describes, let elements, let isGivenUp):
                [
                    0x20 | UInt8(truncatingIfNeeded: settings & 3) | (describes ? 4 : 0) | (isGivenUp ? 8 : 0),
                    UInt8(truncatingIfNeeded: elements),
                ]
            case .replication(let isLogical): [isLogical ? 0x30 : 0x31]
            case .listen: [0x40]
            case .cancel: [0x50]
            }
        }
    }
}
