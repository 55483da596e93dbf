extension String {
    /// The text between quotes, with those in it doubled.
    ///
    /// By scalars: with a mark on it a quote is another Character, and to the server a quote.
    func quoted(by quote: Unicode.Scalar) -> String {
        var text = String(quote)
        for scalar in unicodeScalars {
            text.unicodeScalars.append(scalar)
            if scalar == quote { text.unicodeScalars.append(scalar) }
        }
        return text + String(quote)
    }
}
