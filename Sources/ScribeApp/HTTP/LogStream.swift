import PGSchemaCommands
import PGSchemaReports

/// Where the log goes: to standard error, each entry on one line, whatever it says.
struct LogStream: TextOutputStream, Sendable {
    /// Is given whole entries.
    mutating func write(_ entry: String) {
        let text = entry.unicodeScalars.last == "\n" ? String(entry.unicodeScalars.dropLast()) : entry
        Console.problem("\(text)")
    }
}
