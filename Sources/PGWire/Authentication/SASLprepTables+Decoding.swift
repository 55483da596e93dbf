/// The tables of stringprep (RFC 3454) and of normalization (UAX #15), decoded from their literals on the first
/// password that is not ASCII.
struct SASLprepTables: Sendable {
    static let shared = SASLprepTables()

    /// Code points that become a space, RFC 3454's table C.1.2.
    let spaces = CodePointRanges(Self.space)
    /// Code points that vanish, table B.1.
    let vanishing = CodePointRanges(Self.nothing)
    let prohibited = CodePointRanges(Self.prohibitedOutput)
    let unassigned = CodePointRanges(Self.unassignedIn32)
    /// Table D.1, `RandALCat`.
    let rightToLeftLetters = CodePointRanges(Self.rightToLeft)
    /// Table D.2, `LCat`.
    let leftToRightLetters = CodePointRanges(Self.leftToRight)
    /// One decomposition step each; the targets may decompose further.
    private(set) var decompositions: [UInt32: [UInt32]] = [:]
    /// The composed code point of each pair; the upper half of the key is the first code point.
    private(set) var compositions: [UInt64: UInt32] = [:]

    private init() {
        decompositions.reserveCapacity(5200)
        var numbers = SASLprepNumbers(Self.decompositionSteps)
        var code: UInt32 = 0
        var base: UInt32 = 0
        while let gap = numbers.next(), let shape = numbers.next() {
            code &+= gap
            if shape < 3 {
                // A run: consecutive code points with one target each, all equal or ascending by one.
                guard let run = numbers.next(), let delta = numbers.nextSigned() else { break }
                base = UInt32(truncatingIfNeeded: Int64(base) + delta)
                for index in 0..<run / 2 {
                    if index > 0 { base &+= run % 2 }
                    add(code, shape, [base])
                    code &+= 1
                }
            } else {
                var targets: [UInt32] = []
                var previous = base
                for _ in 0..<shape / 3 {
                    guard let delta = numbers.nextSigned() else { break }
                    previous = UInt32(truncatingIfNeeded: Int64(previous) + delta)
                    targets.append(previous)
                }
                base = targets.first ?? base
                add(code, shape % 3, targets)
                code &+= 1
            }
        }
    }

    private mutating func add(_ code: UInt32, _ kind: UInt32, _ targets: [UInt32]) {
        decompositions[code] = targets
        // Kind 0 is a compatibility decomposition, 2 a canonical one that composition must not undo.
        if kind == 1, targets.count == 2 {
            compositions[Self.pair(targets[0], targets[1])] = code
        }
    }

    static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 {
        UInt64(first) << 32 | UInt64(second)
    }
}
