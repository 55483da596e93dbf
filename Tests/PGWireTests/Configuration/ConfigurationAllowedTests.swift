import PGWire
import Testing

@Suite("Configuration: strings of which not everything is allowed")
struct ConfigurationAllowedTests {
    @Test("What a user may enter")
    func taken() throws {
        let text =
            "postgres://ada:s%40@db.example:6000/library?sslmode=verify-full&sslrootcert=system&connect_timeout=5"
            + "&application_name=x&keepalives_idle=9&channel_binding=require"
        let configuration = try Connection.Configuration(text, allowing: .fromUsers)
        #expect(configuration.endpoints == [Endpoint(host: "db.example", port: 6000)])
        #expect(configuration.user == "ada" && configuration.password?.value == "s@")
        #expect(configuration.tls.mode == .verifyFull && configuration.tcp.keepAliveIdle == .seconds(9))
        #expect(configuration.passwordFile == nil)
    }

    @Test(
        "What it may not contain is named",
        arguments: [
            "passfile", "service", "servicefile", "options", "sslcert", "sslkey", "sslpassword", "sslrootcert",
            "sslcrl",
            "sslcrldir", "sslkeylogfile", "sslcertmode", "requirepeer", "replication", "krbsrvname", "oauth_issuer",
        ])
    func refused(keyword: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try Connection.Configuration("user=u host=h \(keyword)=/ZQX", allowing: .fromUsers)
        }
        #expect(error?.problems == ["the parameter \"\(keyword)\" is not allowed here: leave it out"])
    }

    @Test("Every parameter is either on the list or refused, whatever its value")
    func complete() throws {
        for keyword in ConnectionKeyword.allCases {
            let error = #expect(throws: ConfigurationError.self) {
                try Connection.Configuration("\(keyword.rawValue)=x", allowing: .init(keywords: []))
            }
            #expect(
                error?.problems.contains("the parameter \"\(keyword.rawValue)\" is not allowed here: leave it out")
                    == true)
        }
        let names = Set(ConnectionKeyword.allCases.map(\.rawValue))
        #expect(Connection.Configuration.AllowedParameters.fromUsers.keywords.isSubset(of: names))
    }

    @Test(
        "Unix sockets only where they are allowed",
        arguments: [
            "postgres://u@%2Frun%2Fpg/d", "user=u host=/run/pg", "user=u host=db,/run/pg", "user=u host=@abstract",
            "postgres://u@db?host=/tmp",
        ])
    func sockets(text: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try Connection.Configuration(text, allowing: .fromUsers)
        }
        #expect(error?.problems.count == 1)
        #expect(error?.description.hasPrefix("host is the directory of a Unix socket") == true)
        var allowed = Connection.Configuration.AllowedParameters.fromUsers
        allowed.allowsUnixSockets = true
        #expect(try Connection.Configuration(text, allowing: allowed).endpoints.contains { $0.unixSocketPath != nil })
    }

    @Test("The user of this process is nobody's default, and no service of this machine is looked up")
    func user() {
        let error = #expect(throws: ConfigurationError.self) {
            try Connection.Configuration("postgres://db/d?service=x", allowing: .fromUsers)
        }
        #expect(
            error?.problems == [
                "the parameter \"service\" is not allowed here: leave it out",
                "there is no user: give it as postgres://user@host/… or user=…",
            ])
    }
}
