import Foundation
import Testing

/// What the compiler cannot show to be sound, compared with the list that says why it is.
@Suite struct UnsafePlaceTests {
    /// The marks of strict memory safety. The compiler demands them wherever there is something unsafe.
    private static func count(in code: String) -> Int {
        code.matches(of: #/\bunsafe\b|@unchecked\b|@safe\b|exclusivity\(unchecked\)/#).count
    }

    /// By file, as the list names them: the layer and the name.
    private static func places() throws -> [String: Int] {
        var places: [String: Int] = [:]
        for file in try SourceFile.all() {
            let count = count(in: file.code)
            if count > 0 { places["\(file.folder)/\(file.name)", default: 0] += count }
        }
        return places
    }

    @Test func eachHasAReason() throws {
        let page = RecordedTranscript.repository.appending(path: "Documentation/Unsafe.md")
        var listed: [String: Int] = [:]
        for match in try String(contentsOf: page, encoding: .utf8)
            .matches(of: #/\| `([\w+/]+\.swift)` \| (\d+) \| (.+) \|/#)
        {
            #expect(listed.updateValue(Int(match.output.2) ?? 0, forKey: String(match.output.1)) == nil)
            #expect(match.output.3.utf8.count >= 10, "\(match.output.1) has no reason")
        }
        let places = try Self.places()
        #expect(places.count > 50, "the sources were not found")
        for name in Set(places.keys).union(listed.keys).sorted() {
            #expect(
                places[name] == listed[name],
                "\(name): say in Documentation/Unsafe.md why it is sound, and correct the number")
        }
    }

    /// Others than PGWire have none of these, which would show nowhere: they are not compiled with strict memory safety.
    @Test func nothingIsSharedUnchecked() throws {
        for module in ["PGSchema", "PGSchemaCommands", "PGSchemaProgram", "ScribeApp"] {
            for file in try SourceFile.all(of: module) {
                #expect(file.places(of: #/@unchecked\b|\(unsafe\)|assumingMemoryBound|unsafeDowncast/#) == [])
            }
        }
    }

    @Test func placesAreCounted() {
        let code = SourceFile.withoutCommentsAndTexts(
            """
            // unsafe
            @safe @exclusivity(unchecked) var a = "unsafe"
            nonisolated(unsafe) let b = unsafe c()
            final class Unsafe: @unchecked Sendable {}
            """)
        #expect(Self.count(in: code) == 5)
    }
}
