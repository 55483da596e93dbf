extension Transcript {
    /// The transcript as text: comment lines with `#`, facts as `name: value`, an empty line, and the messages.
    ///
    /// A message begins with a line of sender (`C>` client, `S<` server, `X>` the connection that cancels), name, up
    /// to 16 bytes in hexadecimal, and the same as text. Lines that begin with a blank continue its bytes. Only the
    /// bytes count; the name and the text are for the reader.
    ///
    /// ```
    /// # Logs in.
    /// server: PostgreSQL 17.10
    /// user: scribe
    ///
    /// S< ReadyForQuery                    5a000000 0549                        Z....I
    /// ```
    public var text: String {
        var lines = comment.map { $0.isEmpty ? "#" : "# \($0)" }
        for (name, value) in facts { lines.append("\(name): \(value)") }
        for (index, entry) in entries.enumerated() {
            // A paragraph for each flight of the client.
            if entry.sender != .server, index == 0 || entries[index - 1].sender != entry.sender { lines.append("") }
            lines += Self.lines(entry)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var facts: [(String, String)] {
        var facts = [("server", server)]
        if let tls { facts.append(("tls", tls)) }
        facts.append(("user", user))
        if let password { facts.append(("password", password)) }
        facts.append(("nonce", nonce))
        if let endpointHash { facts.append(("endpoint-hash", Self.hexadecimal(endpointHash))) }
        return facts
    }

    private static let bytesPerLine = 16
    /// The column and the width of the bytes: 16 bytes in groups of four.
    static let hexadecimalColumn = 36
    static let hexadecimalWidth = 35

    private static func lines(_ entry: Entry) -> [String] {
        stride(from: 0, to: max(entry.bytes.count, 1), by: bytesPerLine).map { start in
            let bytes = Array(entry.bytes[start..<min(start + bytesPerLine, entry.bytes.count)])
            let groups = stride(from: 0, to: bytes.count, by: 4).map {
                hexadecimal(Array(bytes[$0..<min($0 + 4, bytes.count)]))
            }
            let head = start == 0 ? "\(entry.sender.rawValue) \(entry.name)" : ""
            let text = String(
                String.UnicodeScalarView(
                    bytes.map { (0x21...0x7E).contains($0) ? Unicode.Scalar($0) : $0 == 0x20 ? " " : "." }))
            let line =
                padded(head, hexadecimalColumn) + padded(groups.joined(separator: " "), hexadecimalWidth) + "  " + text
            // No trailing blanks, as editors remove them.
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 1))
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
