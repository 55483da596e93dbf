extension String {
    /// The text in quotes, with quotes in it doubled.
    ///
    /// By scalars: a quote with a combining mark is another Character, but still a quote to the server.
    func quoted(by quote: Unicode.Scalar) -> String {
        var text = String(quote)
        for scalar in unicodeScalars {
            text.unicodeScalars.append(scalar)
            if scalar == quote { text.unicodeScalars.append(scalar) }
        }
        return text + String(quote)
    }
}
