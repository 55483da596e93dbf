/// Reads typed values from parameters, and collects a sentence for each invalid one.
struct ParameterReader {
    private let parameters: ConnectionParameters
    /// The problems of the text and of the values.
    private(set) var problems: [String]

    init(_ parameters: ConnectionParameters) {
        self.parameters = parameters
        problems = parameters.problems
        for keyword in ConnectionKeyword.allCases where keyword.support == .unsupported && parameters[keyword] != nil {
            let source = parameters.values[keyword]?.source.map { " (from \($0))" } ?? ""
            let advice = keyword == .replication ? ", and connect by ReplicationConnection" : ""
            problems.append(
                "the parameter \"\(keyword.rawValue)\"\(source) is not supported here: leave it out\(advice)")
        }
    }

    /// Whether a missing parameter may be in a part of the text that could not be parsed.
    var mayHaveMissedSome: Bool { parameters.isIncomplete }

    /// Whether the parameter was given at all, even empty.
    func isGiven(_ keyword: ConnectionKeyword) -> Bool { parameters[keyword] != nil }

    /// The text; nil when absent or empty, which libpq treats alike for most parameters.
    func text(_ keyword: ConnectionKeyword) -> String? { parameters[keyword].flatMap { $0.isEmpty ? nil : $0 } }

    /// The text as a secret.
    func secret(_ keyword: ConnectionKeyword) -> Secret? { text(keyword).map(Secret.init) }

    /// The elements of a comma-separated list, which may be empty; no elements if it is absent or empty.
    func list(_ keyword: ConnectionKeyword) -> [String] {
        guard let text = text(keyword) else { return [] }
        let parts = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        return parts.map { String(Substring($0)) }
    }

    /// The number; empty text is invalid, as in libpq.
    mutating func integer(_ keyword: ConnectionKeyword) -> Int? {
        guard let text = parameters[keyword] else { return nil }
        if let number = Self.integer(text) { return number }
        reject(keyword, expected: "a decimal integer")
        return nil
    }

    /// Parses a decimal integer of 32 bits, which may have spaces around it, as in libpq.
    static func integer(_ text: String) -> Int? {
        var digits = Substring(text).utf8.drop(while: \.isSpace)
        while let last = digits.last, last.isSpace { digits.removeLast() }
        return Int32(Substring(digits)).map(Int.init)
    }

    /// The case with this raw value; nil if the parameter is absent. Empty text is invalid, as in libpq.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ keyword: ConnectionKeyword, _: Choice.Type
    ) -> Choice? {
        guard let text = parameters[keyword] else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        reject(keyword, expected: Choice.allCases.map(\.rawValue).joined(separator: ", "))
        return nil
    }

    /// Checks a parameter of which PGWire supports only some of libpq's words.
    mutating func require(_ keyword: ConnectionKeyword, in accepted: [String], notYet: [String] = []) {
        guard let text = parameters[keyword], !accepted.contains(text) else { return }
        let words = accepted.joined(separator: " or ")
        if notYet.contains(text) {
            problems.append("\(given(keyword)) is not supported yet: write \(words), or leave it out")
        } else {
            reject(keyword, expected: words)
        }
    }

    /// Notes that the parameter's value, or part of it, is not what was expected.
    mutating func reject(_ keyword: ConnectionKeyword, expected: String) {
        problems.append("\(given(keyword)) is not valid: expected \(expected)")
    }

    /// Notes a problem.
    mutating func add(_ problem: String) { problems.append(problem) }

    /// The parameter, and its value if it may be shown. A value of several words is not, as an unclosed quote may have
    /// included a password.
    func given(_ keyword: ConnectionKeyword) -> String {
        guard let value = parameters.values[keyword] else { return keyword.rawValue }
        guard value.mayBeShown, !value.text.utf8.contains(where: { $0.isSpace || "='@".utf8.contains($0) }) else {
            // Advice on quoting is for connection strings.
            guard let source = value.source else { return "\(keyword.rawValue) (\(ConnectionParameters.notShown))" }
            return "\(keyword.rawValue) (from \(source))"
        }
        return "\(keyword.rawValue)=\(value.text.debugDescription)" + (value.source.map { " (from \($0))" } ?? "")
    }
}
