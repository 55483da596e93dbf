/// The `name=value` attributes of a SCRAM message (RFC 5802, section 7). Only the form is checked, not the values.
package struct SCRAMMessage {
    package struct Attribute {
        package let name: Unicode.Scalar
        package let value: ArraySlice<UInt8>
    }

    package let attributes: [Attribute]

    /// - Returns: nil unless every part between commas is a letter, an equals sign and UTF-8 without NUL.
    package init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else { return nil }
        var attributes: [Attribute] = []
        attributes.reserveCapacity(4)
        var rest = bytes[...]
        while true {
            let part = rest.prefix { $0 != UInt8(ascii: ",") }
            guard let letter = part.first, Self.isLetter(letter), part.dropFirst().first == UInt8(ascii: "=") else {
                return nil
            }
            attributes.append(Attribute(name: Unicode.Scalar(letter), value: part.dropFirst(2)))
            rest = rest[part.endIndex...]
            // The rest begins with the comma before the next attribute.
            if rest.popFirst() == nil { break }
        }
        self.attributes = attributes
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        // The bit that distinguishes lower case from upper case.
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// The value of `e=`, which must be checked first.
    package var serverError: ArraySlice<UInt8>? {
        attributes.first.flatMap { $0.name == "e" ? $0.value : nil }
    }

    /// Whether only well-formed extensions follow the first `count` attributes. RFC 5802, section 5.1 lets a client
    /// ignore unknown extensions, but not attributes that belong elsewhere.
    package func hasOnlyExtensions(after count: Int) -> Bool {
        attributes.dropFirst(count).allSatisfy { !$0.value.isEmpty && !"acimnprsve".unicodeScalars.contains($0.name) }
    }

    /// RFC 5802, section 7: `printable`, which is ASCII without white space, control characters and the comma.
    package static func isPrintable(_ value: some Collection<UInt8>) -> Bool {
        !value.isEmpty && value.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ",") }
    }
}
