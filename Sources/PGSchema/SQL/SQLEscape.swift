/// The escapes after a backslash in `E'…'` (manual: "String Constants with C-Style Escapes").
enum SQLEscape {
    /// Removes one escape from the front of `rest`, and appends its meaning to `text`.
    static func append(
        meaningOf rest: inout ArraySlice<Unicode.Scalar>, to text: inout String.UnicodeScalarView
    ) {
        let whole = rest
        guard let letter = rest.popFirst() else { return }
        switch letter {
        case "b": text.append("\u{8}")
        case "f": text.append("\u{C}")
        case "n": text.append("\n")
        case "r": text.append("\r")
        case "t": text.append("\t")
        case "u": text.append(number(&rest, radix: 16, digits: 4) ?? letter)
        case "U": text.append(number(&rest, radix: 16, digits: 8) ?? letter)
        case "x": text.append(number(&rest, radix: 16, digits: 2) ?? letter)
        case "0"..."7":
            rest = whole
            text.append(number(&rest, radix: 8, digits: 3) ?? letter)
        default: text.append(letter)
        }
    }

    /// The scalar of that number. A character that is written as several byte escapes is not assembled.
    private static func number(
        _ rest: inout ArraySlice<Unicode.Scalar>, radix: Int, digits: Int
    ) -> Unicode.Scalar? {
        let found = rest.prefix(digits).prefix { $0.isASCII && Int(String($0), radix: radix) != nil }
        guard let value = UInt32(String(String.UnicodeScalarView(found)), radix: radix),
            let scalar = Unicode.Scalar(value)
        else { return nil }
        rest = rest.dropFirst(found.count)
        return scalar
    }
}
