/// Valid names that are often handled wrongly: they look like other names, contain quotes, end a line, or have the
/// maximum length. No two have the same bytes.
package enum HostileNames {
    /// Names that a server accepts and returns byte for byte.
    package static let all: [String] =
        quotes + lookAlikes + invisible + directions + emoji + lineEnds + controls + sql + long + words

    /// Names that servers reject or truncate: each must be rejected with an error that says why.
    package static let refused = [
        "", "a\0b", "\0", String(repeating: "x", count: 64),
        // The 63rd byte is in the middle of a scalar.
        String(repeating: "x", count: 62) + "é", String(repeating: "é", count: 32),
    ]

    /// A quote with a combining mark is another Character, but the same byte.
    private static let quotes = [
        "\"", "\"\"", "a\"b", "\"\u{301}", "a\"\u{301} b", "a\"\u{301} WHERE false UNION ALL SELECT 1 --", "\"\u{200D}",
        "\"\u{FE0F}\"", "'", "'\u{301}", "a'\u{301}b", "''", "$", "$$", "$\u{301}$", "$rights$", "x$rights$\u{301}y",
        "\\", "\\\u{301}", "a\\b", "\\.", "\\! true", "\\\u{301}.", ".", ".\u{301}", "a.b", "a.\u{301}b", ":x", ":'x'",
    ]

    /// The two names of a pair are equal as Swift strings.
    private static let lookAlikes = [
        "é", "e\u{301}", "café", "cafe\u{301}", "Å", "A\u{30A}", "\u{212B}", "K", "\u{212A}", ";", "\u{37E}", "`",
        "\u{1FEF}", "각", "\u{1100}\u{1161}\u{11A8}", "q\u{307}\u{323}", "q\u{323}\u{307}", "ﬁ", "fi", "\u{301}",
        "\u{301}a",
    ]

    private static let invisible = [
        "a\u{200B}b", "a\u{200C}b", "a\u{200D}b", "\u{FEFF}a", "a\u{AD}b", "\u{2060}", "\u{E0041}",
    ]

    private static let directions = ["\u{202E}abc", "a\u{2066}b\u{2069}", "שלום", "مرحبا", "\u{200F}a"]

    private static let emoji = ["👩‍👩‍👧", "👍🏽", "🇩🇪", "🏴\u{E0067}\u{E0062}\u{E007F}"]

    private static let lineEnds = [
        "a\nb", "a\rb", "a\r\nb", "a\u{85}b", "a\u{2028}b", "a\u{2029}b", "\n\\! true", "\n-- up", "\n.",
        "a\r\n\u{301}b",
    ]

    private static let controls = ["a\tb", "\u{1B}]0;owned\u{7}", "\u{1B}[2J", "a\u{7F}b", "a\u{9B}2J", "a\u{8}b"]

    private static let sql = [
        "--", "a -- b", "/*", "*/", "/*\u{301}", "a;b", "; DROP TABLE x", "$1", "%s", "%I", "%", "(", ")", "(a)", "a,b",
        "{a}", "\"a\".\"b\"", "E'", "U&\"", "a b", " a", "a ", "  ", "=", "a=b", "@", "a@b:c/d?e#f",
    ]

    private static let long = [
        String(repeating: "x", count: 63), String(repeating: "é", count: 31) + "x",
        String(repeating: "😀", count: 15) + "abc",
        "x" + String(repeating: "e\u{301}", count: 20),
    ]

    private static let words = ["select", "Select", "user", "NULL", "1", "1a", "pg_x", "ǅ", "İ", "ß"]
}
