/// MD5 (RFC 1321), for the `md5` authentication method only: it is broken as a digest.
package struct MD5 {
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var state = MD5()
        for start in stride(from: 0, through: bytes.count - 64, by: 64) {
            state.compress(bytes[start..<start + 64])
        }
        var rest = Array(bytes[(bytes.count - bytes.count % 64)...])
        rest.append(0x80)
        while rest.count % 64 != 56 {
            rest.append(0)
        }
        let bitLength = UInt64(bytes.count) &* 8
        for shift in stride(from: UInt64(0), through: 56, by: 8) {
            rest.append(UInt8(truncatingIfNeeded: bitLength &>> shift))
        }
        for start in stride(from: 0, to: rest.count, by: 64) {
            state.compress(rest[start..<start + 64])
        }
        return [state.a, state.b, state.c, state.d].flatMap { word in
            [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word &>> $0) }
        }
    }

    private var a: UInt32 = 0x6745_2301
    private var b: UInt32 = 0xefcd_ab89
    private var c: UInt32 = 0x98ba_dcfe
    private var d: UInt32 = 0x1032_5476

    /// RFC 1321, section 3.4, step 4.
    private mutating func compress(_ block: ArraySlice<UInt8>) {
        var words: [UInt32] = []
        for start in stride(from: block.startIndex, to: block.endIndex, by: 4) {
            words.append(block[start..<start + 4].reversed().reduce(0) { $0 &<< 8 | UInt32($1) })
        }
        var (a, b, c, d) = (a, b, c, d)
        for step in 0..<64 {
            let mixed: UInt32
            let index: Int
            switch step / 16 {
            case 0: (mixed, index) = (d ^ (b & (c ^ d)), step)
            case 1: (mixed, index) = (c ^ (d & (b ^ c)), 5 * step + 1)
            case 2: (mixed, index) = (b ^ c ^ d, 3 * step + 5)
            default: (mixed, index) = (c ^ (b | ~d), 7 * step)
            }
            let sum = a &+ mixed &+ Self.sines[step] &+ words[index % 16]
            let count = Self.rotations[step / 16 * 4 + step % 4]
            (a, b, c, d) = (d, b &+ (sum &<< count | sum &>> (32 - count)), b, c)
        }
        self.a &+= a
        self.b &+= b
        self.c &+= c
        self.d &+= d
    }

    private static let rotations: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

    /// RFC 1321's table T: the integer part of 2^32 times |sin(i)|, for i from 1 to 64 radians.
    private static let sines: [UInt32] = [
        0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
        0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
        0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
        0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
        0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
        0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
        0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
        0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
    ]
}

extension MD5 {
    /// The answer to AuthenticationMD5Password: `"md5" + hex(md5(hex(md5(password + user)) + salt))` (PostgreSQL
    /// manual, "Message Flow", start-up). The password is taken as raw bytes: SASLprep belongs to SCRAM only.
    package static func postgresResponse(user: [UInt8], password: [UInt8], salt: [UInt8]) -> [UInt8] {
        Array("md5".utf8) + hexadecimal(hash(hexadecimal(hash(password + user)) + salt))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}
