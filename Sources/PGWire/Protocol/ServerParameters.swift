/// The settings that the server reported (manual: message ParameterStatus), about a dozen.
package struct ServerParameters: Sendable {
    private var entries: [(name: String, value: String)] = []
    /// Limits the memory that a peer can fill.
    private static let maximumCount = 1000

    package init() {}

    /// The value of the setting with this name; nil when the server has not reported it.
    package subscript(name: String) -> String? { entries.first { $0.name == name }?.value }

    /// Stores a reported setting, and says whether it is another value than before.
    @discardableResult
    package mutating func set(_ name: String, to value: String) throws(ProtocolViolation) -> Bool {
        if let index = entries.firstIndex(where: { $0.name == name }) {
            guard entries[index].value != value else { return false }
            entries[index].value = value
            return true
        }
        guard entries.count < Self.maximumCount else {
            throw ProtocolViolation("the server reported more than \(Self.maximumCount) parameters")
        }
        // A literal takes no memory per connection.
        entries.append((Self.known.first { $0 == name } ?? name, value))
        return true
    }

    /// The longer names that servers up to 18 report; short ones are stored inline anyway.
    private static let known = [
        "application_name", "default_transaction_read_only", "integer_datetimes", "scram_iterations",
        "session_authorization", "standard_conforming_strings",
    ]
}
