/// The five-character code of an error (manual: appendix "PostgreSQL Error Codes").
///
/// Error messages change between versions and languages; the code does not. Poolers and
/// extensions send codes of their own, so any code is possible.
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The five characters, such as `23505`.
    public let rawValue: String

    /// The state with these characters.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The code, with control characters escaped, as a server may send anything.
    public var description: String { rawValue.escapingControls }

    /// The class of errors, given by the first two characters, such as `23` for violated constraints.
    public var errorClass: Class { Class(rawValue: String(rawValue.prefix(2))) }

    /// Whether the code belongs to this class: `catch PostgresError.server(let e) where e.sqlState.is(in:
    /// .connectionException)`.
    public func `is`(in errorClass: Class) -> Bool { self.errorClass == errorClass }

    /// A class of errors: the first two characters of a code.
    public struct Class: RawRepresentable, Hashable, Sendable {
        /// The two characters, such as `23`.
        public let rawValue: String
        /// The class with these characters.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Class 08: connection exceptions.
        public static let connectionException = Class(rawValue: "08")
        /// Class 22: data exceptions.
        public static let dataException = Class(rawValue: "22")
        /// Class 23: violated constraints.
        public static let integrityConstraintViolation = Class(rawValue: "23")
        /// Class 25: invalid transaction states.
        public static let invalidTransactionState = Class(rawValue: "25")
        /// Class 28: failed authentication.
        public static let invalidAuthorizationSpecification = Class(rawValue: "28")
        /// Class 40: transactions rolled back because of concurrent ones.
        public static let transactionRollback = Class(rawValue: "40")
        /// Class 42: syntax errors, missing objects and missing privileges.
        public static let syntaxErrorOrAccessRuleViolation = Class(rawValue: "42")
        /// Class 53: insufficient resources.
        public static let insufficientResources = Class(rawValue: "53")
        /// Class 57: operator interventions, such as cancelled statements and shutdowns.
        public static let operatorIntervention = Class(rawValue: "57")
    }
}
