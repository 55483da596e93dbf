/// A value that is kept as its text, which only the server takes apart.
protocol TextualValue: CustomStringConvertible {
    init(_ text: String)
    var text: String { get }
    /// Whether a column of this type is read.
    static func reads(_ type: OID) -> Bool
    /// What the binary format is.
    static var binaryFormat: TextualBinaryFormat { get }
}

/// What the binary format of a type is whose values are kept as their text.
enum TextualBinaryFormat {
    /// The text.
    case text
    /// This number in one byte, and the text.
    case versioned(UInt8)
    /// No text, so that it is not read.
    case other
}

extension TextualValue {
    init(textual bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard Self.reads(type) else { throw ValueDecodingError.typeMismatch }
        var content = bytes
        switch (format, Self.binaryFormat) {
        case (.text, _), (.binary, .text): break
        case (.binary, .versioned(let version)):
            guard content.byteCount > 0, content.byte(at: 0) == version else {
                throw ValueDecodingError.malformed("\(Self.self) in binary format begins with its version, \(version)")
            }
            content = content.extracting(droppingFirst: 1)
        case (.binary, .other):
            throw ValueDecodingError.malformed("\(Self.self) is read in text format only")
        }
        guard let text = String(validating: content) else {
            throw ValueDecodingError.malformed("\(Self.self) is not UTF-8")
        }
        guard !text.hasZero else { throw ValueDecodingError.malformed("\(Self.self) with a zero byte") }
        self.init(text)
    }
}
