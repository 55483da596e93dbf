import Foundation
import PGWire
import Testing

/// What libpq itself read from connection strings: `Fixtures/conninfo/libpq.tsv`, written by `record.sh` there.
///
/// Where text would not be visible, `␠` stands for a space, `␊` for a line feed and `␉` for a tab.
struct LibpqRecording {
    struct Row {
        /// The string as the file has it.
        var shown: String
        /// What each libpq read: `keyword=value …`, `nothing`, or `error`.
        var results: [String]

        /// The string itself.
        var text: String { LibpqRecording.replace(shown, [("␠", " "), ("␊", "\n"), ("␉", "\t")]) }
    }

    /// Such as `libpq 18.6`.
    var libraries: [String] = []
    var rows: [Row] = []

    init() throws {
        let file = RecordedTranscript.repository.appending(path: "Fixtures/conninfo/libpq.tsv")
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if fields[0] == "# string" {
                libraries = Array(fields.dropFirst())
            } else {
                let results = fields.dropFirst().map { $0.hasPrefix("error: ") ? "error" : $0 }
                rows.append(Row(shown: fields[0], results: results))
            }
        }
    }

    /// What PGWire reads, in the same form.
    static func read(_ text: String) -> String {
        let parameters = ConnectionParameters(text)
        guard parameters.problems.isEmpty else { return "error" }
        let values = ConnectionKeyword.allCases.sorted { $0.rawValue < $1.rawValue }.compactMap { keyword in
            parameters[keyword].map { text in
                "\(keyword.rawValue)=" + replace(text, [(" ", "␠"), ("\n", "␊"), ("\t", "␉")])
            }
        }
        return values.isEmpty ? "nothing" : values.joined(separator: " ")
    }

    private static func replace(_ text: String, _ pairs: [(Unicode.Scalar, Unicode.Scalar)]) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(pairs.first { $0.0 == scalar }?.1 ?? scalar) }
        return String(result)
    }
}
