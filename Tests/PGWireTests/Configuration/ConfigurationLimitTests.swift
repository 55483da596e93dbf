import PGWire
import Testing

/// Connection strings may come from users of a program: none costs more than it is worth.
@Suite struct ConfigurationLimitTests {
    private func problem(_ text: String) -> String {
        do throws(ConfigurationError) {
            _ = try Connection.Configuration(text)
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test func longStrings() {
        let long = "postgres://u@h/d?application_name=" + String(repeating: "x", count: 70_000)
        #expect(problem(long) == "the connection string has 70034 bytes, and at most 65536 are taken")
    }

    @Test func manyHosts() {
        let hosts = Array(repeating: "h", count: 257).joined(separator: ",")
        #expect(problem("postgres://u@\(hosts)/d") == "there are 257 hosts, and at most 256 are tried")
    }

    @Test func manyProblems() {
        let problems = problem("postgres://u@h/d?" + Array(repeating: "nothing=1", count: 5000).joined(separator: "&"))
        #expect(problems.hasSuffix("; and 4980 more") && problems.utf8.count < 4000, "\(problems)")
    }
}
