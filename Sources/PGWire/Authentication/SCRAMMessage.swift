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
        for part in bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let letter = part.first, part.dropFirst().first == UInt8(ascii: "=") else { return nil }
            let name = Unicode.Scalar(letter)
            guard name.properties.isAlphabetic, name.isASCII else { return nil }
            attributes.append(Attribute(name: name, value: part.dropFirst(2)))
        }
        self.attributes = attributes
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
