/// Decodes `%XX` as libpq does in a URI.
enum PercentDecoding {
    /// Why text cannot be decoded.
    enum Failure: Error {
        case incompleteEscape, nul, notUTF8, spaceInside

        /// The end of a sentence that begins with where it is.
        var sentence: String {
            switch self {
            case .incompleteEscape: "a \"%\" is not followed by two hexadecimal digits: write %25 for a \"%\" itself"
            case .nul: "%00 is not allowed, as PostgreSQL's text cannot contain it"
            case .notUTF8: "the decoded bytes are not UTF-8"
            case .spaceInside: "there is a space: write %20"
            }
        }
    }

    /// The decoded text. Spaces around it are dropped (libpq 18), escaped ones are not.
    static func decode(_ encoded: ArraySlice<UInt8>) throws(Failure) -> String {
        let space = UInt8(ascii: " ")
        var rest = encoded.drop { $0 == space }
        while rest.last == space { rest.removeLast() }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(rest.count)
        while let byte = rest.popFirst() {
            if byte == space { throw .spaceInside }
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else {
                throw .incompleteEscape
            }
            if high == 0, low == 0 { throw .nul }
            decoded.append(high << 4 | low)
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    /// `text` with all but letters, digits and `- . _ ~` as `%XX`; `:` too unless `colonsStay`.
    static func encode(_ text: String, colonsStay: Bool = false) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let stays = byte.isLetterDigitOrUnderscore || "-.~".utf8.contains(byte)
            if stays || colonsStay && byte == UInt8(ascii: ":") {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
