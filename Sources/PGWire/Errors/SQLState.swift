/// The five characters by which an error is known (manual: appendix "PostgreSQL Error Codes").
///
/// The text of an error may change from version to version and language to language; this code does not. Poolers and
/// extensions send codes of their own, so any code is possible.
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The five characters, such as `23505`.
    public let rawValue: String

    /// The state with these characters.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The code; control characters of a server that sends anything else are written out.
    public var description: String { rawValue.escapingControls }

    /// The class of errors that the first two characters name, such as `23` for violated constraints.
    public var errorClass: Class { Class(rawValue: String(rawValue.prefix(2))) }

    /// Whether the state lies in this class: `catch PostgresError.server(let e) where e.sqlState.is(in: .connectionException)`.
    public func `is`(in errorClass: Class) -> Bool { self.errorClass == errorClass }

    /// The first two characters of a state.
    public struct Class: RawRepresentable, Hashable, Sendable {
        /// The two characters, such as `23`.
        public let rawValue: String
        /// The class with these characters.
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let connectionException = Class(rawValue: "08")
        public static let dataException = Class(rawValue: "22")
        public static let integrityConstraintViolation = Class(rawValue: "23")
        public static let invalidTransactionState = Class(rawValue: "25")
        public static let invalidAuthorizationSpecification = Class(rawValue: "28")
        public static let transactionRollback = Class(rawValue: "40")
        public static let syntaxErrorOrAccessRuleViolation = Class(rawValue: "42")
        public static let insufficientResources = Class(rawValue: "53")
        public static let operatorIntervention = Class(rawValue: "57")
    }
}
