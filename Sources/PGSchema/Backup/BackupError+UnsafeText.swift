import PGWire

extension BackupError {
    /// What makes SQL text unsafe in a backup file, which psql reads too.
    public enum UnsafeText: Error, Equatable, CustomStringConvertible {
        /// A backslash that psql would take for a command.
        case backslash
        /// A quote, a comment or a statement that does not end, and would go on in the next part.
        case unfinished
        /// A statement that begins or ends a transaction; its first words.
        case transactionControl(String)
        /// A change of what a backslash in quotes means, after which this program and psql would read the file differently.
        case quoting

        /// What is unsafe, as it stands in the message of the error.
        public var description: String {
            switch self {
            case .backslash: "a backslash outside of quotes, with which psql begins a command"
            case .unfinished: "a quote, a comment or a statement that does not end"
            case .transactionControl(let text): "\"\(text.escapingControls)\", which begins or ends a transaction"
            case .quoting: "standard_conforming_strings, which would change how the file is read"
            }
        }
    }
}
