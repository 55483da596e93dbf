// The processor's own instructions for SHA-256, which Swift cannot name: the same compression as in
// SHA256+Compression.swift at a sixth of the time. Where there are none, CSHA256_isAvailable says so.
#ifndef PGWIRE_CSHA256_SHIM_H
#define PGWIRE_CSHA256_SHIM_H

#include <stdint.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

// Intel's manual, "CPUID": the SHA extensions, and SSSE3 and SSE4.1, which they are used together with.
static inline int CSHA256_isAvailable(void) {
    unsigned eax, ebx, ecx, edx;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & (1u << 9)) || !(ecx & (1u << 19))) return 0;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx & (1u << 29)) != 0;
}

// Takes one block, sixteen words, into the state (FIPS 180-4, section 6.2.2). Only where CSHA256_isAvailable.
//
// The instructions want the eight words as two vectors, a b e f and c d g h with the last lowest, and do two rounds at a
// time; the window of the message schedule is four vectors, of which the oldest becomes the next four words.
__attribute__((target("sha,sse4.1,ssse3")))
static inline void CSHA256_compress(void *state, const void *words) {
    static const uint32_t constants[64] __attribute__((aligned(16))) = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    };
    const __m128i abcd = _mm_loadu_si128((const __m128i *)state);
    const __m128i efgh = _mm_loadu_si128((const __m128i *)state + 1);
    const __m128i oldABEF = _mm_shuffle_epi32(_mm_unpacklo_epi64(efgh, abcd), 0xb1);
    const __m128i oldCDGH = _mm_shuffle_epi32(_mm_unpackhi_epi64(efgh, abcd), 0xb1);
    __m128i abef = oldABEF, cdgh = oldCDGH, window[4];
    for (int i = 0; i < 4; i++) window[i] = _mm_loadu_si128((const __m128i *)words + i);
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
        const __m128i now = window[i & 3], next = window[(i + 1) & 3];
        const __m128i afterNext = window[(i + 2) & 3], newest = window[(i + 3) & 3];
        const __m128i sum = _mm_add_epi32(now, _mm_load_si128((const __m128i *)(constants + 4 * i)));
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
        if (i < 12) {
            const __m128i back7 = _mm_alignr_epi8(newest, afterNext, 4);
            window[i & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(now, next), back7), newest);
        }
    }
    abef = _mm_shuffle_epi32(_mm_add_epi32(abef, oldABEF), 0xb1);
    cdgh = _mm_shuffle_epi32(_mm_add_epi32(cdgh, oldCDGH), 0xb1);
    _mm_storeu_si128((__m128i *)state, _mm_unpackhi_epi64(abef, cdgh));
    _mm_storeu_si128((__m128i *)state + 1, _mm_unpacklo_epi64(abef, cdgh));
}
#else
static inline int CSHA256_isAvailable(void) { return 0; }
static inline void CSHA256_compress(void *state, const void *words) { (void)state; (void)words; }
#endif

#endif
