extension SHA256.State {
    /// Takes in one block (FIPS 180-4, section 6.2.2).
    @inline(__always)
    package mutating func compress(_ block: SHA256.Block) {
        if SHA256.hasInstructions { compressByInstructions(block) } else { compressPortably(block) }
    }

    /// ``compress(_:)`` for every processor.
    ///
    /// The 64 rounds are written out so that the working words and the sixteen-word window of the message schedule stay
    /// in registers: instead of moving eight words along in every round, each line names them one place further on.
    package mutating func compressPortably(_ block: SHA256.Block) {
        var a = a, b = b, c = c, d = d, e = e, f = f, g = g, h = h
        var bc = b ^ c
        var w0 = block.words[0]
        var w1 = block.words[1]
        var w2 = block.words[2]
        var w3 = block.words[3]
        var w4 = block.words[4]
        var w5 = block.words[5]
        var w6 = block.words[6]
        var w7 = block.words[7]
        var w8 = block.words[8]
        var w9 = block.words[9]
        var w10 = block.words[10]
        var w11 = block.words[11]
        var w12 = block.words[12]
        var w13 = block.words[13]
        var w14 = block.words[14]
        var w15 = block.words[15]
        round(a, b, &bc, &d, e, f, g, &h, 0x428a_2f98 &+ w0)
        round(h, a, &bc, &c, d, e, f, &g, 0x7137_4491 &+ w1)
        round(g, h, &bc, &b, c, d, e, &f, 0xb5c0_fbcf &+ w2)
        round(f, g, &bc, &a, b, c, d, &e, 0xe9b5_dba5 &+ w3)
        round(e, f, &bc, &h, a, b, c, &d, 0x3956_c25b &+ w4)
        round(d, e, &bc, &g, h, a, b, &c, 0x59f1_11f1 &+ w5)
        round(c, d, &bc, &f, g, h, a, &b, 0x923f_82a4 &+ w6)
        round(b, c, &bc, &e, f, g, h, &a, 0xab1c_5ed5 &+ w7)
        round(a, b, &bc, &d, e, f, g, &h, 0xd807_aa98 &+ w8)
        round(h, a, &bc, &c, d, e, f, &g, 0x1283_5b01 &+ w9)
        round(g, h, &bc, &b, c, d, e, &f, 0x2431_85be &+ w10)
        round(f, g, &bc, &a, b, c, d, &e, 0x550c_7dc3 &+ w11)
        round(e, f, &bc, &h, a, b, c, &d, 0x72be_5d74 &+ w12)
        round(d, e, &bc, &g, h, a, b, &c, 0x80de_b1fe &+ w13)
        round(c, d, &bc, &f, g, h, a, &b, 0x9bdc_06a7 &+ w14)
        round(b, c, &bc, &e, f, g, h, &a, 0xc19b_f174 &+ w15)

        schedule(&w0, w1, w9, w14)
        round(a, b, &bc, &d, e, f, g, &h, 0xe49b_69c1 &+ w0)
        schedule(&w1, w2, w10, w15)
        round(h, a, &bc, &c, d, e, f, &g, 0xefbe_4786 &+ w1)
        schedule(&w2, w3, w11, w0)
        round(g, h, &bc, &b, c, d, e, &f, 0x0fc1_9dc6 &+ w2)
        schedule(&w3, w4, w12, w1)
        round(f, g, &bc, &a, b, c, d, &e, 0x240c_a1cc &+ w3)
        schedule(&w4, w5, w13, w2)
        round(e, f, &bc, &h, a, b, c, &d, 0x2de9_2c6f &+ w4)
        schedule(&w5, w6, w14, w3)
        round(d, e, &bc, &g, h, a, b, &c, 0x4a74_84aa &+ w5)
        schedule(&w6, w7, w15, w4)
        round(c, d, &bc, &f, g, h, a, &b, 0x5cb0_a9dc &+ w6)
        schedule(&w7, w8, w0, w5)
        round(b, c, &bc, &e, f, g, h, &a, 0x76f9_88da &+ w7)
        schedule(&w8, w9, w1, w6)
        round(a, b, &bc, &d, e, f, g, &h, 0x983e_5152 &+ w8)
        schedule(&w9, w10, w2, w7)
        round(h, a, &bc, &c, d, e, f, &g, 0xa831_c66d &+ w9)
        schedule(&w10, w11, w3, w8)
        round(g, h, &bc, &b, c, d, e, &f, 0xb003_27c8 &+ w10)
        schedule(&w11, w12, w4, w9)
        round(f, g, &bc, &a, b, c, d, &e, 0xbf59_7fc7 &+ w11)
        schedule(&w12, w13, w5, w10)
        round(e, f, &bc, &h, a, b, c, &d, 0xc6e0_0bf3 &+ w12)
        schedule(&w13, w14, w6, w11)
        round(d, e, &bc, &g, h, a, b, &c, 0xd5a7_9147 &+ w13)
        schedule(&w14, w15, w7, w12)
        round(c, d, &bc, &f, g, h, a, &b, 0x06ca_6351 &+ w14)
        schedule(&w15, w0, w8, w13)
        round(b, c, &bc, &e, f, g, h, &a, 0x1429_2967 &+ w15)
        schedule(&w0, w1, w9, w14)
        round(a, b, &bc, &d, e, f, g, &h, 0x27b7_0a85 &+ w0)
        schedule(&w1, w2, w10, w15)
        round(h, a, &bc, &c, d, e, f, &g, 0x2e1b_2138 &+ w1)
        schedule(&w2, w3, w11, w0)
        round(g, h, &bc, &b, c, d, e, &f, 0x4d2c_6dfc &+ w2)
        schedule(&w3, w4, w12, w1)
        round(f, g, &bc, &a, b, c, d, &e, 0x5338_0d13 &+ w3)
        schedule(&w4, w5, w13, w2)
        round(e, f, &bc, &h, a, b, c, &d, 0x650a_7354 &+ w4)
        schedule(&w5, w6, w14, w3)
        round(d, e, &bc, &g, h, a, b, &c, 0x766a_0abb &+ w5)
        schedule(&w6, w7, w15, w4)
        round(c, d, &bc, &f, g, h, a, &b, 0x81c2_c92e &+ w6)
        schedule(&w7, w8, w0, w5)
        round(b, c, &bc, &e, f, g, h, &a, 0x9272_2c85 &+ w7)
        schedule(&w8, w9, w1, w6)
        round(a, b, &bc, &d, e, f, g, &h, 0xa2bf_e8a1 &+ w8)
        schedule(&w9, w10, w2, w7)
        round(h, a, &bc, &c, d, e, f, &g, 0xa81a_664b &+ w9)
        schedule(&w10, w11, w3, w8)
        round(g, h, &bc, &b, c, d, e, &f, 0xc24b_8b70 &+ w10)
        schedule(&w11, w12, w4, w9)
        round(f, g, &bc, &a, b, c, d, &e, 0xc76c_51a3 &+ w11)
        schedule(&w12, w13, w5, w10)
        round(e, f, &bc, &h, a, b, c, &d, 0xd192_e819 &+ w12)
        schedule(&w13, w14, w6, w11)
        round(d, e, &bc, &g, h, a, b, &c, 0xd699_0624 &+ w13)
        schedule(&w14, w15, w7, w12)
        round(c, d, &bc, &f, g, h, a, &b, 0xf40e_3585 &+ w14)
        schedule(&w15, w0, w8, w13)
        round(b, c, &bc, &e, f, g, h, &a, 0x106a_a070 &+ w15)
        schedule(&w0, w1, w9, w14)
        round(a, b, &bc, &d, e, f, g, &h, 0x19a4_c116 &+ w0)
        schedule(&w1, w2, w10, w15)
        round(h, a, &bc, &c, d, e, f, &g, 0x1e37_6c08 &+ w1)
        schedule(&w2, w3, w11, w0)
        round(g, h, &bc, &b, c, d, e, &f, 0x2748_774c &+ w2)
        schedule(&w3, w4, w12, w1)
        round(f, g, &bc, &a, b, c, d, &e, 0x34b0_bcb5 &+ w3)
        schedule(&w4, w5, w13, w2)
        round(e, f, &bc, &h, a, b, c, &d, 0x391c_0cb3 &+ w4)
        schedule(&w5, w6, w14, w3)
        round(d, e, &bc, &g, h, a, b, &c, 0x4ed8_aa4a &+ w5)
        schedule(&w6, w7, w15, w4)
        round(c, d, &bc, &f, g, h, a, &b, 0x5b9c_ca4f &+ w6)
        schedule(&w7, w8, w0, w5)
        round(b, c, &bc, &e, f, g, h, &a, 0x682e_6ff3 &+ w7)
        schedule(&w8, w9, w1, w6)
        round(a, b, &bc, &d, e, f, g, &h, 0x748f_82ee &+ w8)
        schedule(&w9, w10, w2, w7)
        round(h, a, &bc, &c, d, e, f, &g, 0x78a5_636f &+ w9)
        schedule(&w10, w11, w3, w8)
        round(g, h, &bc, &b, c, d, e, &f, 0x84c8_7814 &+ w10)
        schedule(&w11, w12, w4, w9)
        round(f, g, &bc, &a, b, c, d, &e, 0x8cc7_0208 &+ w11)
        schedule(&w12, w13, w5, w10)
        round(e, f, &bc, &h, a, b, c, &d, 0x90be_fffa &+ w12)
        schedule(&w13, w14, w6, w11)
        round(d, e, &bc, &g, h, a, b, &c, 0xa450_6ceb &+ w13)
        schedule(&w14, w15, w7, w12)
        round(c, d, &bc, &f, g, h, a, &b, 0xbef9_a3f7 &+ w14)
        schedule(&w15, w0, w8, w13)
        round(b, c, &bc, &e, f, g, h, &a, 0xc671_78f2 &+ w15)

        self.a &+= a
        self.b &+= b
        self.c &+= c
        self.d &+= d
        self.e &+= e
        self.f &+= f
        self.g &+= g
        self.h &+= h
    }
}

/// One round. Only `d` and `h` change; the caller renames the rest. `bc` carries `b ^ c` from round to round, because
/// this round's `a ^ b` is what the next one needs there.
@inline(__always)
private func round(
    _ a: UInt32, _ b: UInt32, _ bc: inout UInt32, _ d: inout UInt32,
    _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ scheduled: UInt32
) {
    let sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    let choice = g ^ (e & (f ^ g))
    let first = h &+ sum1 &+ choice &+ scheduled
    let sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    let ab = a ^ b
    let majority = b ^ (ab & bc)
    bc = ab
    d &+= first
    h = first &+ sum0 &+ majority
}

/// The schedule's next word, in place of the one sixteen places back.
@inline(__always)
private func schedule(_ word: inout UInt32, _ back15: UInt32, _ back7: UInt32, _ back2: UInt32) {
    let sigma0 = rotate(back15, 7) ^ rotate(back15, 18) ^ (back15 &>> 3)
    let sigma1 = rotate(back2, 17) ^ rotate(back2, 19) ^ (back2 &>> 10)
    word = word &+ sigma0 &+ back7 &+ sigma1
}

@inline(__always)
private func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &>> count | word &<< (32 &- count)
}
