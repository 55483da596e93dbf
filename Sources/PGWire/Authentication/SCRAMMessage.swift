/// A message of SCRAM as its `name=value` attributes (RFC 5802, section 7). What the values must be is the business of
/// whoever reads them; here it is only that the text has this shape.
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
            // What is left begins with the comma that another part follows.
            if rest.popFirst() == nil { break }
        }
        self.attributes = attributes
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        // The bit that tells small letters from capital ones.
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// The reason of a message that says `e=`, which is looked for before anything else in it.
    package var serverError: ArraySlice<UInt8>? {
        attributes.first.flatMap { $0.name == "e" ? $0.value : nil }
    }

    /// Whether nothing but well-formed extensions follows the first `count` attributes. RFC 5802, section 5.1 lets a
    /// client skip those that it does not know, but not an attribute that has its own place elsewhere.
    package func hasOnlyExtensions(after count: Int) -> Bool {
        attributes.dropFirst(count).allSatisfy { !$0.value.isEmpty && !"acimnprsve".unicodeScalars.contains($0.name) }
    }

    /// RFC 5802, section 7: `printable`, which is ASCII without white space, control characters and the comma.
    package static func isPrintable(_ value: some Collection<UInt8>) -> Bool {
        !value.isEmpty && value.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ",") }
    }
}
