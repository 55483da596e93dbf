import Foundation

/// A source file as the architecture test sees it: its code, without comments and without the insides of texts.
struct SourceFile {
    /// The folder right below the module's, whatever folders are within it.
    let folder: String
    let name: String
    let code: String

    static func all(of module: String = "PGWire") throws -> [SourceFile] {
        let root = RecordedTranscript.repository.appending(path: "Sources/\(module)")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        var result: [SourceFile] = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            result.append(
                SourceFile(
                    folder: layer(of: file, in: root), name: file.lastPathComponent,
                    code: withoutCommentsAndTexts(try String(contentsOf: file, encoding: .utf8))))
        }
        return result
    }

    private static func layer(of file: URL, in module: URL) -> String {
        let within = file.standardized.pathComponents.dropFirst(module.standardized.pathComponents.count)
        return within.count > 1 ? within.first ?? "" : module.lastPathComponent
    }

    /// What is left has the same lines.
    static func withoutCommentsAndTexts(_ source: String) -> String {
        source
            .replacing(#/"""[\s\S]*?"""/#) { match in String(repeating: "\n", count: match.output.count { $0 == "\n" })
            }
            .replacing(#/"(\\.|[^"\\\n])*"/#, with: "\"\"")
            .replacing(#//\*[\s\S]*?\*//#) { match in String(repeating: "\n", count: match.output.count { $0 == "\n" })
            }
            .replacing(#///[^\n]*/#, with: "")
    }

    /// The types that it declares outside of others.
    var declaredTypes: Set<String> {
        let declaration = #/^(?:[a-z@]+(?:\([a-z]+\))? )*(?:struct|class|enum|actor|protocol|typealias) ([A-Z]\w*)/#
            .anchorsMatchLineEndings()
        return Set(code.matches(of: declaration).map { String($0.output.1) })
    }

    /// All words of its code. `Connection.Configuration` is one: it lies below the connection that it is of.
    var words: Set<String> {
        let code = code.replacing("Connection.Configuration", with: "Configuration")
        return Set(code.matches(of: #/[A-Za-z_]\w*/#).map { String($0.output) })
    }

    /// The lines in which `pattern` occurs, as the compiler would show them.
    func places(of pattern: some RegexComponent) -> [String] {
        code.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            line.contains(pattern) ? "\(folder)/\(name):\(index + 1): \(line)" : nil
        }
    }
}
