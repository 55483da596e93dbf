extension Transcript {
    /// A text is no transcript.
    public struct ParsingError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The line, counted from 1.
        public var line: Int
        /// What is wrong with it.
        public var problem: String

        /// What is wrong with a line.
        public init(line: Int, problem: String) {
            self.line = line
            self.problem = problem
        }

        /// The line and what is wrong with it.
        public var description: String { "line \(line): \(problem)" }
    }

    /// Reads what ``text`` is.
    ///
    /// - Throws: ``ParsingError``.
    public init(_ text: String) throws(ParsingError) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            do {
                try read(line)
            } catch {
                throw ParsingError(line: index + 1, problem: error.text)
            }
        }
    }

    private struct Problem: Error {
        var text: String
    }

    private mutating func read(_ line: Substring) throws(Problem) {
        if line.allSatisfy({ $0 == " " }) { return }
        if line.first == "#" {
            comment.append(String(line.dropFirst().first == " " ? line.dropFirst(2) : line.dropFirst()))
        } else if let sender = Sender(rawValue: String(line.prefix(2))) {
            let name = line.dropFirst(2).split(separator: " ", maxSplits: 1).first ?? ""
            entries.append(Entry(sender, String(name), try Self.bytes(line)))
        } else if line.first == " " {
            guard !entries.isEmpty else { throw Problem(text: "bytes without a message") }
            entries[entries.count - 1].bytes += try Self.bytes(line)
        } else {
            try readFact(line)
        }
    }

    private mutating func readFact(_ line: Substring) throws(Problem) {
        let parts = line.split(separator: ":", maxSplits: 1)
        guard let name = parts.first, parts.count == 2 else { throw Problem(text: "neither a fact nor a message") }
        let value = String(parts[1].drop { $0 == " " })
        switch name {
        case "server": server = value
        case "tls": tls = value
        case "user": user = value
        case "password": password = value
        case "nonce": nonce = value
        case "endpoint-hash": endpointHash = try Self.bytes(hexadecimal: value[...])
        default: throw Problem(text: "unknown fact \"\(name)\"")
        }
    }

    private static func bytes(_ line: Substring) throws(Problem) -> [UInt8] {
        guard line.utf8.count == line.count else { throw Problem(text: "a message's line is not ASCII") }
        return try bytes(hexadecimal: line.dropFirst(hexadecimalColumn).prefix(hexadecimalWidth))
    }

    private static func bytes(hexadecimal text: Substring) throws(Problem) -> [UInt8] {
        var digits: [UInt8] = []
        for character in text where character != " " {
            guard character.isASCII, let digit = character.hexDigitValue else {
                throw Problem(text: "\"\(character)\" is no hexadecimal digit")
            }
            digits.append(UInt8(digit))
        }
        guard digits.count.isMultiple(of: 2) else { throw Problem(text: "half a byte is missing") }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
