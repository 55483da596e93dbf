import PGWire
import Testing

@Suite("Configuration: connection strings that libpq settled")
struct ConfigurationCorpusTests {
    let recording: LibpqRecording

    init() throws { recording = try LibpqRecording() }

    @Test("PGWire reads what libpq reads, and refuses what it refuses, but for the differences that are listed")
    func parsing() throws {
        #expect(recording.libraries.map { $0.prefix { $0 != "." } } == ["libpq 15", "libpq 18"])
        #expect(recording.rows.count >= 450)
        for (index, library) in recording.libraries.enumerated() {
            let different = recording.rows.filter { LibpqRecording.read($0.text) != $0.results[index] }
            let listed = ConnectionStringDifferences.parsing.filter { $0.libraries.contains(index) }
            try compare(different.map(\.shown), listed, "\(library)")
        }
    }

    @Test("What libpq reads and PGWire refuses at once, by its values, is listed")
    func values() throws {
        let refused = recording.rows.filter { row in
            LibpqRecording.read(row.text) != "error" && (try? Connection.Configuration(row.text)) == nil
        }
        try compare(refused.map(\.shown), ConnectionStringDifferences.values, "values")
    }

    /// Both must be the same set: a difference that is none any more has to go from the list.
    private func compare(_ found: [String], _ listed: [ConnectionStringDifferences.Difference], _ label: String) throws
    {
        let expected = listed.flatMap(\.strings)
        #expect(Set(expected).count == expected.count, "\(label): listed twice")
        #expect(Set(found).subtracting(expected).sorted() == [], "\(label): differences that are not listed")
        #expect(Set(expected).subtracting(found).sorted() == [], "\(label): listed, but no difference")
        #expect(listed.allSatisfy { !$0.reason.isEmpty })
    }
}
