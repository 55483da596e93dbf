import PGWire
import Testing

/// The answers were compared with the verifiers that PostgreSQL 15 stored for 8203 passwords: every edge of every
/// stringprep table, a quarter of the decompositions, and random text.
@Suite struct AuthenticationSASLprepTests {
    @Test(
        "RFC 4013, section 3",
        arguments: [
            ("I\u{ad}X", "IX"), ("user", "user"), ("USER", "USER"), ("\u{aa}", "a"), ("\u{2168}", "IX"),
        ])
    func examples(password: String, prepared: String) {
        #expect(SASLprep.prepare(Array(password.utf8)) == Array(prepared.utf8))
    }

    @Test(
        "refused, so the raw bytes are used",
        arguments: [
            "\u{627}1",  // RFC 4013, section 3: right-to-left text that does not end so
            "1\u{627}", "\u{627}a\u{627}",
            "é\u{7}",  // an ASCII control character, C.2.1, next to something that is not ASCII
            "\u{80}", "\u{e000}", "\u{fffd}", "\u{2ff0}", "\u{e0041}", "\u{10fffd}",
            "\u{221}", "\u{1f600}",  // unassigned in Unicode 3.2
            "\u{340}",  // prohibited, though its normal form is not: PostgreSQL looks before normalization
            "\u{ad}", "\u{feff}\u{200d}",  // nothing is left
        ])
    func refused(password: String) {
        #expect(SASLprep.prepare(Array(password.utf8)) == nil)
        #expect(SASLprep.passwordBytes(Array(password.utf8)) == Array(password.utf8))
    }

    @Test("ASCII is taken as it is", arguments: ["", "\u{7}", "\u{7f}", "a b", " ", "0123456789~"])
    func ascii(password: String) {
        #expect(SASLprep.prepare(Array(password.utf8)) == Array(password.utf8))
    }

    @Test(
        "mapping and normalization form KC",
        arguments: [
            ("a\u{a0}b\u{3000}c", "a b c"), ("a\u{200b}b", "a b"), ("a\u{200c}b\u{fe0f}", "ab"),
            ("e\u{301}", "\u{e9}"), ("a\u{323}\u{307}", "\u{1ea1}\u{307}"), ("a\u{307}\u{323}", "\u{1ea1}\u{307}"),
            ("a\u{305}\u{301}", "a\u{305}\u{301}"),  // a mark of the same class stands between
            ("a\u{323}\u{305}\u{302}", "\u{1ea1}\u{305}\u{302}"), ("a\u{327}\u{301}", "\u{e1}\u{327}"),
            ("\u{1e9b}\u{323}", "\u{1e69}"), ("\u{212b}", "\u{c5}"), ("\u{ff21}\u{ff42}", "Ab"), ("\u{fb01}", "fi"),
            ("\u{958}", "\u{915}\u{93c}"),  // excluded from composition
            ("\u{1100}\u{1161}\u{11a8}", "\u{ac01}"), ("\u{ac00}\u{11a8}", "\u{ac01}"), ("\u{ac01}", "\u{ac01}"),
            ("\u{1d400}\u{1d7ff}", "A9"),
            (
                "\u{fdfa}",
                "\u{635}\u{644}\u{649} \u{627}\u{644}\u{644}\u{647} "
                    + "\u{639}\u{644}\u{64a}\u{647} \u{648}\u{633}\u{644}\u{645}"
            ),
            ("\u{627}1\u{627}", "\u{627}1\u{627}"),
        ])
    func normalized(password: String, prepared: String) {
        let actual = SASLprep.prepare(Array(password.utf8))
        #expect(actual.map { Hexadecimal.encode($0) } == Hexadecimal.encode(prepared.utf8))
    }

    @Test(
        "what is not UTF-8 is used raw",
        arguments: [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0x80]]
            as [[UInt8]])
    func invalid(password: [UInt8]) {
        #expect(SASLprep.prepare(password) == nil)
        #expect(SASLprep.passwordBytes(password) == password)
    }
}
