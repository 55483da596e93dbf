extension MD5 {
    /// The answer to AuthenticationMD5Password: `"md5" + hex(md5(hex(md5(password + user)) + salt))` (PostgreSQL manual,
    /// "Message Flow", start-up). The password is taken as raw bytes: SASLprep belongs to SCRAM only.
    package static func postgresResponse(user: [UInt8], password: [UInt8], salt: [UInt8]) -> [UInt8] {
        Array("md5".utf8) + hexadecimal(hash(hexadecimal(hash(password + user)) + salt))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}
