import PGWire
import PGWireTesting

/// What says how to connect.
extension FuzzTarget {
    static let conninfo = FuzzTarget.text(
        "conninfo",
        seeds: { Fixtures.lines("conninfo/strings.txt").filter { !$0.hasPrefix("# ") }.map(String.init) }
    ) { text throws(FuzzProblem) in
        let parameters = ConnectionParameters(text)
        for problem in parameters.problems { try FuzzedSession.check(text: problem) }
        // A service is looked up in files.
        guard parameters[.service] == nil else { return }
        let read: Connection.Configuration
        do throws(ConfigurationError) {
            read = try Connection.Configuration(parameters, defaultUser: { "fuzz" })
        } catch {
            return try FuzzedSession.check(text: error.description)
        }
        guard !read.endpoints.isEmpty, !read.user.isEmpty else { throw FuzzProblem("nobody connects, or to nothing") }
        let again: Connection.Configuration
        do throws(ConfigurationError) {
            again = try Connection.Configuration(read.description)
        } catch {
            throw FuzzProblem(
                "\(read.description.debugDescription) is what it describes itself as, and it is not read: \(error)")
        }
        guard again.endpoints == read.endpoints, again.user == read.user, again.database == read.database,
            again.tls.mode == read.tls.mode
        else { throw FuzzProblem("\(read.description.debugDescription) is not read as what it describes") }
    }

    static let pgpass = FuzzTarget(
        "pgpass", longest: 1024,
        seeds: { ["h:5432:d:u:secret\n", "# a\n*:*:*:*:b\\:c\\\\\n", "h:5432:d", "::::"].map { Array($0.utf8) } }
    ) { input throws(FuzzProblem) in
        let password = PasswordFile(input).password(for: Endpoint(host: "h", port: 5432), database: "d", user: "u")
        if let password, password.count > input.count { throw FuzzProblem("the password is longer than its file") }
    }

    static let service = FuzzTarget(
        "service", longest: 1024,
        seeds: {
            ["[s]\nhost=h\npassword=p\n #\nport=1\n[t]\n", "[s]\nldap://h\nservice=x\nuser = y\n", "[s]\r\nhost=h\r\n"]
                .map { Array($0.utf8) }
        }
    ) { input throws(FuzzProblem) in
        guard let read = ServiceFile(path: "/f", bytes: input).section("s") else { return }
        for problem in read.problems { try FuzzedSession.check(text: problem) }
        _ = try? Connection.Configuration(read, defaultUser: { "fuzz" })
    }

    static let saslprep = FuzzTarget(
        "saslprep", longest: 256,
        seeds: {
            ["secret", "I\u{AD}X", "\u{AA}", "\u{2168}", "\u{627}1", "e\u{301}", "\u{1100}\u{1161}"].map {
                Array($0.utf8)
            }
        }
    ) { input throws(FuzzProblem) in
        guard let prepared = SASLprep.prepare(input) else { return }
        guard SASLprep.prepare(prepared) == prepared else {
            throw FuzzProblem("what was prepared is prepared to something else")
        }
    }

    static let env = FuzzTarget.text(
        "env", seeds: { ["A=1\nexport B='x y'\n# c\nC=\"a\\n${B}\"\nD\n=\n", "A='\n'\r\nB = # x\n", "\u{FEFF}A=1"] }
    ) { text throws(FuzzProblem) in
        let read = DotEnv(parsing: text)
        let lines = text.utf8.count { $0 == 0x0A || $0 == 0x0D } + 1
        guard read.variables.count + read.unreadableLines.count <= lines,
            read.unreadableLines.allSatisfy({ (1...lines).contains($0) })
        else { throw FuzzProblem("\(lines) lines have \(read.variables) and \(read.unreadableLines)") }
    }
}
