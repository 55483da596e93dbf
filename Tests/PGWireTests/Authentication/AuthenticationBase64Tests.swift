import PGWire
import Testing

@Suite struct AuthenticationBase64Tests {
    @Test(
        "RFC 4648, section 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == Array(encoded.utf8))
        #expect(Base64.decode(Array(encoded.utf8)) == Array(plain.utf8))
    }

    @Test func everyByteValueComesBack() {
        let all = (0...255).map { UInt8($0) }
        for count in 0...all.count {
            let piece = Array(all.suffix(count))
            #expect(Base64.decode(Base64.encode(piece)) == piece)
        }
        #expect(Base64.encode([0xfb, 0xff, 0xbf]) == Array("+/+/".utf8))
    }

    @Test(
        "every other spelling is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zm8", "Zm9vY", "Zm9vYg=", "=", "==", "===", "====", "Z===", "=Zg=", "Zg==Zg==",
            "Zh==", "Zm9=", "Zm 9", "Zm9v\n", " Zm9v", "Zm9v====", "Zm-_", "Zm9\u{0}", "Zmé=", "Zg=A", "Zm9v=",
        ])
    func refused(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }
}
