/// Normalization form KC (UAX #15) of text whose code points are all assigned in Unicode 3.2. For those it is the same
/// in every later version, so the tables need not have the server's version.
struct CompatibilityComposition {
    private let tables: SASLprepTables

    init(_ tables: SASLprepTables) {
        self.tables = tables
    }

    func normalize(_ codes: [UInt32]) -> [UInt32] {
        var decomposed: [UInt32] = []
        for code in codes {
            decompose(code, into: &decomposed)
        }
        sortMarks(&decomposed)
        return compose(decomposed)
    }

    private func decompose(_ code: UInt32, into result: inout [UInt32]) {
        if let syllable = Hangul.decompose(code) {
            result += syllable
        } else if let targets = tables.decompositions[code] {
            for target in targets {
                decompose(target, into: &result)
            }
        } else {
            result.append(code)
        }
    }

    /// Canonical ordering (Unicode, definition D109): runs of combining marks, stably sorted by class. The standard
    /// library knows the classes, and Unicode's stability policy keeps them.
    private func sortMarks(_ codes: inout [UInt32]) {
        var end = 0
        while end < codes.count {
            let mark = codes[end]
            let markClass = combiningClass(mark)
            var place = end
            if markClass > 0 {
                while place > 0, combiningClass(codes[place - 1]) > markClass {
                    codes[place] = codes[place - 1]
                    place -= 1
                }
            }
            codes[place] = mark
            end += 1
        }
    }

    /// Canonical composition (Unicode, definition D117): a mark joins the last starter unless another mark of the same
    /// or a higher class, or a starter that did not join, stands between them.
    private func compose(_ codes: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        var starter: Int?
        var lastClass: UInt8 = 0
        for code in codes {
            let codeClass = combiningClass(code)
            if let starter {
                let isAdjacent = starter == result.count - 1
                if isAdjacent || lastClass < codeClass,
                    let composed = compose(result[starter], code)
                {
                    result[starter] = composed
                    continue
                }
            }
            result.append(code)
            lastClass = codeClass
            if codeClass == 0 { starter = result.count - 1 }
        }
        return result
    }

    private func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
        Hangul.compose(first, second) ?? tables.compositions[SASLprepTables.pair(first, second)]
    }

    private func combiningClass(_ code: UInt32) -> UInt8 {
        Unicode.Scalar(code)?.properties.canonicalCombiningClass.rawValue ?? 0
    }
}
