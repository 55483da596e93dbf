import Foundation
import PGWire
import PGWireTesting
import Synchronization
import Testing

/// One of the transcripts in `Fixtures`.
struct RecordedTranscript: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let transcript: Transcript

    var testDescription: String { name }

    /// All of them, or none when they cannot be read, which a test of its own reports.
    static let all: [RecordedTranscript] = (try? load()) ?? []

    static func load() throws -> [RecordedTranscript] {
        let directory = repository.appending(path: "Fixtures/transcripts")
        let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "transcript" }.sorted { $0.path < $1.path }.map { file in
            let text = try String(contentsOf: file, encoding: .utf8)
            return RecordedTranscript(
                name: file.deletingPathExtension().lastPathComponent, text: text, transcript: try Transcript(text))
        }
    }

    static func named(_ name: String) throws -> RecordedTranscript {
        guard let found = try load().first(where: { $0.name == name }) else { throw Missing(name: name) }
        return found
    }

    struct Missing: Error { var name: String }

    func replay() throws -> Replay {
        let password = transcript.password ?? ""
        return try Replay(transcript) { DerivedKeys.of(password, $0) }
    }

    /// The top of the repository.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
}

/// The keys of the recorded challenges, each derived once.
enum DerivedKeys {
    private struct Origin: Hashable {
        var password: String
        var challenge: SCRAMChallenge
    }

    private static let known = Mutex<[Origin: SCRAMKeys]>([:])

    static func of(_ password: String, _ challenge: SCRAMChallenge) -> SCRAMKeys {
        let origin = Origin(password: password, challenge: challenge)
        if let keys = known.withLock({ $0[origin] }) { return keys }
        let prepared = SASLprep.passwordBytes(Array(password.utf8))
        let derivation = PBKDF2(password: prepared, salt: challenge.salt, iterations: challenge.iterations)
        let keys = SCRAMKeys(saltedPassword: derivation.result)
        known.withLock { $0[origin] = keys }
        return keys
    }
}
