import PGWire
import Testing

@Suite("Configuration: connection strings at random")
struct ConfigurationFuzzTests {
    /// Run a failure again by putting the printed seed here.
    static let seed = UInt64.random(in: 0 ... .max)

    @Test("Nothing traps, and what is read once is read the same from its description")
    func neverTraps() throws {
        print("ConfigurationFuzzTests.neverTraps seed \(Self.seed)")
        var random = SplitMix64(state: Self.seed)
        let models = [
            "postgres://u:p@a,b:1,[::1]:2/d?sslmode=require&connect_timeout=5&hostaddr=1.2.3.4,::1,",
            "postgresql://u%20s@%2Frun/d?user=x&port=1&ssl=true",
            "host=a,b port = 5 user='o\\'b' dbname=d password=a\\ b",
        ]
        for _ in 0..<20_000 {
            var scalars = Array(models[Int.random(in: 0..<models.count, using: &random)].unicodeScalars)
            if Bool.random(using: &random) { scalars = [] }
            Self.mutate(&scalars, using: &random)
            let text = Self.text(scalars)
            guard let read = try? Connection.Configuration(text) else { continue }
            #expect(!read.endpoints.isEmpty && !read.user.isEmpty)
            let again = try Connection.Configuration(read.description)
            #expect(again.endpoints == read.endpoints && again.user == read.user, "\(text.debugDescription)")
            #expect(again.database == read.database && again.tls.mode == read.tls.mode, "\(text.debugDescription)")
        }
    }

    @Test("No piece of a password appears in an error, nor in the description of what was read by mistake")
    func neverTells() {
        print("ConfigurationFuzzTests.neverTells seed \(Self.seed)")
        var random = SplitMix64(state: Self.seed)
        let separators = ["@", "/", "?", "#", "&", "=", ":", "%", ",", "[", "]", " ", "'", "\\", "+", "%2F", "é", "\n"]
        var errors = 0
        for _ in 0..<20_000 {
            let pieces = (0..<Int.random(in: 1...4, using: &random)).map { _ in "ZQX" }
            let password = pieces.reduce(into: "") { text, piece in
                text += piece + (separators.randomElement(using: &random) ?? "")
            }
            let tails = [" @h:5432/d?sslmode=on user=x port=y", "' user=x host=h", "&user=x"]
            var tail = Array(tails[Int.random(in: 0..<tails.count, using: &random)].unicodeScalars)
            if Bool.random(using: &random) { Self.mutate(&tail, using: &random) }
            let heads = [
                "postgres://u:", "postgres://u@h?password=", "password=", "user=u password='", "postgrse://u:",
            ]
            let head = heads[Int.random(in: 0..<heads.count, using: &random)]
            let text = head + password + (head.hasSuffix("u:") ? "@h/d?port=5" : "") + Self.text(tail)
            do {
                let read = try Connection.Configuration(text)
                #expect(!read.description.contains("ZQX"), "\(text.debugDescription)")
            } catch {
                errors += 1
                #expect(!error.description.contains("ZQX"), "\(text.debugDescription)")
            }
        }
        #expect(errors > 5_000 && errors < 19_000)
    }

    @Test("Files and variables at random neither trap nor tell a password")
    func files() {
        print("ConfigurationFuzzTests.files seed \(Self.seed)")
        var random = SplitMix64(state: Self.seed)
        let endpoint = Endpoint(host: "h", port: 5432)
        var found = (passwords: 0, sections: 0, configurations: 0)
        for _ in 0..<10_000 {
            var line = Array("h:5432:d:u:ZQ\\:X\n*:*:*:*:b".unicodeScalars)
            Self.mutate(&line, using: &random)
            let passwords = PasswordFile(Array(Self.text(line).utf8))
            if passwords.password(for: endpoint, database: "d", user: "u") != nil { found.passwords += 1 }
            var section = Array("[s]\nhost=h\npassword=ZQX\n #\nport=1\n[t]\n".unicodeScalars)
            Self.mutate(&section, using: &random)
            let text = Self.text(section)
            if let read = ServiceFile(path: "/f", bytes: Array(text.utf8)).section("s") {
                found.sections += 1
                #expect(!"\(read.problems)".contains("ZQX"), "\(text.debugDescription)")
            }
            var value = Array("1".unicodeScalars)
            Self.mutate(&value, using: &random)
            var variables = ["HOME": "/nonexistent", "PGPASSWORD": "ZQX"]
            for _ in 0..<3 {
                let keyword = ConnectionKeyword.allCases.randomElement(using: &random)
                // No file of this machine is to be looked for.
                guard let keyword, keyword != .service, let name = keyword.environmentVariable else { continue }
                variables[name] = Self.text(value)
            }
            do {
                _ = try Connection.Configuration("", environment: Connection.Configuration.Environment(variables))
                found.configurations += 1
            } catch {
                #expect(!error.description.contains("ZQX"), "\(variables)")
            }
        }
        #expect(found.passwords > 5_000 && found.sections > 3_000 && found.configurations > 2_000, "\(found)")
    }

    private static func mutate(_ scalars: inout [Unicode.Scalar], using random: inout SplitMix64) {
        let pieces = [
            "@", "/", ":", "?", "&", "=", "%", "%2", "%00", "%20", "%ff", " ", "'", "\\", "[", "]", ",", "#", "\0",
        ]
        let words = ["user=", "ssl=true", "port=", "host", "é", "\u{301}", "\r\n", "postgres://", "99999999999", "-1"]
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let start = Int.random(in: 0...scalars.count, using: &random)
            let end = min(scalars.count, start + Int.random(in: 0...2, using: &random))
            let piece = (pieces + words).randomElement(using: &random) ?? ""
            scalars.replaceSubrange(start..<end, with: piece.unicodeScalars)
        }
    }

    private static func text(_ scalars: [Unicode.Scalar]) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}

/// A small generator whose runs can be repeated.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
