package import PGWire

// The server, files and protocols compare text by its bytes. Swift compares Characters: a quote with a combining accent is
// not a quote to it, and `==` is true for texts that the server tells apart.

extension String {
    /// Without white space at both ends, by scalars: a blank with a combining accent is white space all the same.
    package var trimmed: String { trimmed { $0.properties.isWhitespace } }

    /// Without SQL's white space at both ends. To SQL a no-break space is a letter.
    package var trimmedOfSQLBlanks: String { trimmed(SQLScanner.isBlank) }

    private func trimmed(_ isBlank: (Unicode.Scalar) -> Bool) -> String {
        var rest = unicodeScalars[...]
        while let first = rest.first, isBlank(first) { rest = rest.dropFirst() }
        while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
        return String(rest)
    }

    /// The word as PostgreSQL folds an unquoted name: only ASCII letters become lower case.
    package var asciiLowercased: String {
        guard utf8.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else { return self }
        return String(
            decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 },
            as: UTF8.self)
    }

    /// The text before and after the first `separator`; nil when there is none.
    package func splitOnce(at separator: Unicode.Scalar) -> (before: String, after: String)? {
        guard let place = unicodeScalars.firstIndex(of: separator) else { return nil }
        return (
            String(unicodeScalars[..<place]), String(unicodeScalars[unicodeScalars.index(after: place)...])
        )
    }

}

extension StringProtocol {
    package func starts(withBytesOf prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

    package func ends(withBytesOf suffix: String) -> Bool { utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) }

    package func contains(bytesOf text: String) -> Bool { utf8.contains(text.utf8) }

    /// The parts between the scalars that are `separator`.
    package func split(at separator: Unicode.Scalar, maxSplits: Int = .max, omittingEmpty: Bool = true) -> [String] {
        unicodeScalars.split(separator: separator, maxSplits: maxSplits, omittingEmptySubsequences: omittingEmpty)
            .map { part in
                var text = String.UnicodeScalarView()
                text.append(contentsOf: part)
                return String(text)
            }
    }
}

extension String? {
    package func hasSameBytes(as other: String?) -> Bool {
        switch (self, other) {
        case (let text?, let other?): text.hasSameBytes(as: other)
        case (nil, nil): true
        default: false
        }
    }
}

extension Collection<String> {
    package func contains(bytesOf text: String) -> Bool { contains { $0.hasSameBytes(as: text) } }

    package func hasSameBytes(as other: some Collection<String>) -> Bool {
        elementsEqual(other) { $0.hasSameBytes(as: $1) }
    }

    /// The texts as identifiers, which are compared by bytes.
    package var identifiers: Set<SQLIdentifier> { Set(map { SQLIdentifier($0) }) }
}

extension MutableCollection<String> where Self: RandomAccessCollection {
    /// Sorts by bytes.
    package mutating func sortByBytes() { sort { SQLIdentifier($0) < SQLIdentifier($1) } }
}
