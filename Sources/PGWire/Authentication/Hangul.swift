/// Composition of Korean syllables by arithmetic (Unicode, section 3.12).
enum Hangul {
    private static let syllables: UInt32 = 0xac00
    private static let leads: UInt32 = 0x1100
    private static let vowels: UInt32 = 0x1161
    /// One before the first trailing consonant: offset 0 means that there is none.
    private static let trails: UInt32 = 0x11a7
    private static let (leadCount, vowelCount, trailCount): (UInt32, UInt32, UInt32) = (19, 21, 28)
    private static let syllableCount = leadCount * vowelCount * trailCount

    static func decompose(_ code: UInt32) -> [UInt32]? {
        guard code >= syllables, code - syllables < syllableCount else { return nil }
        let index = code - syllables
        let lead = leads + index / (vowelCount * trailCount)
        let vowel = vowels + index % (vowelCount * trailCount) / trailCount
        let trail = index % trailCount
        return trail == 0 ? [lead, vowel] : [lead, vowel, trails + trail]
    }

    static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if first >= leads, first - leads < leadCount, second >= vowels, second - vowels < vowelCount {
            return syllables + ((first - leads) * vowelCount + second - vowels) * trailCount
        }
        if first >= syllables, first - syllables < syllableCount, (first - syllables).isMultiple(of: trailCount),
            second > trails, second - trails < trailCount
        {
            return first + second - trails
        }
        return nil
    }
}
