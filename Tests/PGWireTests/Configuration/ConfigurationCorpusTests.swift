import PGWire
import Testing

@Suite("Configuration: connection strings that libpq settled")
struct ConfigurationCorpusTests {
    @Test("What libpq and PGWire read alike", arguments: Self.rows(ConnectionStringCorpus.agreed))
    func agreed(row: Row) {
        #expect(Self.read(row.input) == row.expected, "\(row.input)")
    }

    @Test("What PGWire refuses on purpose", arguments: Self.rows(ConnectionStringCorpus.stricter))
    func stricter(row: Row) {
        #expect(Self.read(row.input) == "error")
        #expect(row.expected.hasPrefix("error (libpq: "))
    }

    @Test("The corpus is not empty")
    func size() {
        #expect(Self.rows(ConnectionStringCorpus.agreed).count > 280)
        #expect(Self.rows(ConnectionStringCorpus.stricter).count > 10)
    }

    struct Row: Sendable {
        var input: String
        var expected: String
    }

    static func rows(_ table: String) -> [Row] {
        table.split(separator: "\n").map { line in
            let parts = line.split(separator: " -> ", omittingEmptySubsequences: false)
            return Row(input: visible(parts[0], backwards: true), expected: String(parts[1]))
        }
    }

    private static func read(_ text: String) -> String {
        let parameters = ConnectionParameters(text)
        guard parameters.problems.isEmpty else { return "error" }
        let values = ConnectionKeyword.allCases.sorted { $0.rawValue < $1.rawValue }.compactMap { keyword in
            parameters[keyword].map { "\(keyword.rawValue)=\(visible($0[...], backwards: false))" }
        }
        return values.isEmpty ? "nothing" : values.joined(separator: " ")
    }

    private static func visible(_ text: Substring, backwards: Bool) -> String {
        let pairs: [(Unicode.Scalar, Unicode.Scalar)] = [("␠", " "), ("␊", "\n"), ("␉", "\t")]
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let pair = pairs.first { backwards ? $0.0 == scalar : $0.1 == scalar }
            result.append(pair.map { backwards ? $0.1 : $0.0 } ?? scalar)
        }
        return String(result)
    }
}
