import PGWire
import Testing

/// What psql cannot be asked, as it depends on how libpq was built.
@Suite("Configuration: the lines of a password file")
struct PasswordFileTests {
    private func password(_ text: String, host: String, address: String? = nil) -> String? {
        let endpoint = Endpoint(host: host, port: 5432, address: address)
        return PasswordFile(Array(text.utf8)).password(for: endpoint, database: "d", user: "u")
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("localhost stands for the directories that libpq is built with")
    func localhost() {
        for host in ["/tmp", "/var/run/postgresql", "", "localhost"] {
            #expect(password("localhost:5432:d:u:p", host: host) == "p", "\(host)")
        }
        #expect(password("localhost:5432:d:u:p", host: "/run/pg") == nil)
        #expect(password("/tmp:5432:d:u:p\nlocalhost:*:*:*:q", host: "/tmp") == "p")
        #expect(password("localhost:*:*:*:q\n::1:*:*:*:p", host: "", address: "::1") == "p")
    }

    @Test(
        "Bytes that are no text, and lines that end too soon",
        arguments: ["", "h", "h:5432:d:u", "h:5432:d:u\\", "\\", ":"])
    func short(line: String) {
        #expect(password(line, host: "h") == nil)
    }

    @Test("An empty field matches only what is empty, which nothing is")
    func empty() {
        #expect(password(":5432:d:u:p", host: "h") == nil)
        #expect(password("h:5432:d:u:", host: "h") == "")
        #expect(password("h*:5432:d:u:p", host: "h*") == "p")
        #expect(password("**:5432:d:u:p", host: "h") == nil)
        #expect(password("h:5432:D:u:p", host: "h") == nil)
    }
}
