extension SQL {
    /// The error of a statement with a value inside of quotes, as in `LIKE '%\(text)%'`; nil as a rule. There `$1` is text and no
    /// parameter: the server takes the value of a known type, uses it nowhere, and the result is wrong in silence.
    ///
    /// A text that has both, as in `SELECT 'costs $1', \(price)`, is right.
    var quotingProblem: PostgresError? {
        guard mayHaveQuotedParameter else { return nil }
        let references = StatementText(text).references
        let parameters = Set(references.lazy.filter { !$0.isQuoted }.compactMap(\.number))
        guard let lost = references.first(where: { $0.isQuoted && !isUsed($0.number, parameters) })?.number
        else { return nil }
        return .usage(StatementText.adviceForQuoted(lost))
    }

    private func isUsed(_ number: Int?, _ parameters: Set<Int>) -> Bool {
        guard let number, number > 0, number <= pieces.count(where: { $0.kind != nil }) else { return true }
        return parameters.contains(number)
    }

    /// Whether there is a quote in front of a parameter, so that it takes a closer look.
    private var mayHaveQuotedParameter: Bool {
        guard pieces.count > 1 else { return false }
        return pieces.dropLast().contains { piece in
            let isQuoting = unsafe piece.text.utf8.withContiguousStorageIfAvailable { utf8 in
                unsafe utf8.contains { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "$") }
            }
            return isQuoting ?? true
        }
    }
}

extension String {
    /// As a literal that means the same whatever `standard_conforming_strings` is.
    var asEscapeLiteral: String {
        var bytes = Array("E'".utf8)
        for byte in utf8 {
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") { bytes.append(byte) }
            bytes.append(byte)
        }
        return String(decoding: bytes + [UInt8(ascii: "'")], as: UTF8.self)
    }
}
