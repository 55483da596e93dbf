/// What the server reported of its settings (manual: message ParameterStatus), a dozen for each connection.
package struct ServerParameters: Sendable {
    private var entries: [(name: String, value: String)] = []
    /// A peer must not fill our memory with them.
    private static let maximumCount = 1000

    package init() {}

    /// The value of the setting with this name; nil where the server has not reported it.
    package subscript(name: String) -> String? { entries.first { $0.name == name }?.value }

    /// Keeps a report.
    package mutating func set(_ name: String, to value: String) throws(ProtocolViolation) {
        if let index = entries.firstIndex(where: { $0.name == name }) { return entries[index].value = value }
        guard entries.count < Self.maximumCount else {
            throw ProtocolViolation("the server reported more than \(Self.maximumCount) parameters")
        }
        // A literal takes no memory for each connection.
        entries.append((Self.known.first { $0 == name } ?? name, value))
    }

    /// What servers up to 18 report, as far as a string does not hold it in place.
    private static let known = [
        "application_name", "default_transaction_read_only", "integer_datetimes", "scram_iterations",
        "session_authorization", "standard_conforming_strings",
    ]
}
