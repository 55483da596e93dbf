/// How a value is written inside of the text of another one, where some characters have a meaning: the element of an array, the
/// bound of a range, the field of a composite.
struct QuotedText {
    /// Which characters have one, apart from quotes, backslashes and blanks.
    private let special: (UInt8, UInt8, UInt8, UInt8, UInt8)
    /// Whether `NULL` has one.
    private let quotesNull: Bool
    /// Whether quotes are escaped by themselves, rather than by a backslash.
    private let doublesQuotes: Bool

    /// `array_out`.
    static func array(delimiter: UInt8) -> QuotedText {
        let (open, close) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
        return QuotedText(
            special: (open, close, delimiter, delimiter, delimiter), quotesNull: true, doublesQuotes: false)
    }

    /// `record_out`.
    static let field = QuotedText(
        special: (comma, UInt8(ascii: "("), UInt8(ascii: ")"), comma, comma), quotesNull: false, doublesQuotes: true)

    /// `range_out`.
    static let bound = QuotedText(
        special: (comma, UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]")), quotesNull: false,
        doublesQuotes: true)

    private static let comma = UInt8(ascii: ",")

    /// Writes what `body` writes, in quotes where the server would put it in quotes.
    func write<E: Error>(to writer: inout ByteWriter, _ body: (inout ByteWriter) throws(E) -> Void) throws(E) {
        let start = writer.count
        try body(&writer)
        // Most need none, and stay where they are.
        guard writer.withSpan(droppingFirst: start, needsQuotes) else { return }
        let text = writer.withSpan(droppingFirst: start) { [UInt8](copying: $0) }
        writer.truncate(to: start)
        writer.write(UInt8(ascii: "\""))
        if Self.hasEscapes(text.rawSpan) {
            for byte in text {
                if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") {
                    writer.write(doublesQuotes ? byte : UInt8(ascii: "\\"))
                }
                writer.write(byte)
            }
        } else {
            writer.write(text)
        }
        writer.write(UInt8(ascii: "\""))
    }

    private static func hasEscapes(_ text: RawSpan) -> Bool {
        text.firstIndex(from: 0) { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") } < text.byteCount
    }

    private func needsQuotes(_ text: RawSpan) -> Bool {
        guard text.byteCount > 0 else { return true }
        let special = special
        let place = text.firstIndex(from: 0) { byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: " "), 0x09...0x0D: true
            case special.0, special.1, special.2, special.3, special.4: true
            default: false
            }
        }
        guard place == text.byteCount else { return true }
        // In any case of letters.
        return quotesNull && text.byteCount == 4
            && text.integer(at: 0, as: UInt32.self).map { $0 & 0xDFDF_DFDF == 0x4E55_4C4C } ?? false
    }
}
