import PGWire
import Testing

@Suite struct EscapingControlsTests {
    @Test(arguments: [
        ("plain é 👩‍👩‍👧", "plain é 👩‍👩‍👧"), ("a\nb\r\n\tc", #"a\nb\r\n\tc"#), ("\u{1B}]0;owned\u{7}", #"\u{1B}]0;owned\u{7}"#),
        ("\u{9B}2J\u{7F}", #"\u{9B}2J\u{7F}"#), ("a\u{202E}b\u{2066}c\u{200F}", #"a\u{202E}b\u{2066}c\u{200F}"#),
        ("a\u{2028}b\u{85}c", #"a\u{2028}b\u{85}c"#), ("", ""),
        // With a mark on it a control character is still one.
        ("\u{1B}\u{301}[2J", "\\u{1B}\u{301}[2J"),
    ])
    func controlsAreWrittenOut(text: String, shown: String) {
        #expect(text.escapingControls == shown)
    }

    @Test func linesStayLines() {
        #expect("a\r\nb\u{1B}\n\nc".linesEscapingControls == ["a", #"b\u{1B}"#, "", "c"])
        #expect("".linesEscapingControls == [""])
    }
}
