import PGWire
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Configuration: from a connection string")
struct ConfigurationValuesTests {
    @Test("A URI with everything")
    func everything() throws {
        let configuration = try Connection.Configuration(
            """
            postgres://scribe:p%40ss@db1,[::1]:5433,:1/app?sslmode=verify-full&connect_timeout=5&application_name=x\
            &sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem&sslpassword=q&sslsni=0&channel_binding=require&require_auth=scram-sha-256\
            &ssl_min_protocol_version=tlsv1.3&ssl_max_protocol_version=TLSv1.3&options=-c%20geqo%3Doff\
            &target_session_attrs=prefer-standby&gssencmode=prefer&sslnegotiation=postgres&load_balance_hosts=random\
            &client_encoding=utf8&keepalives=1&tcp_user_timeout=9&sslcompression=1&max_protocol_version=3.0
            """)
        #expect(
            configuration.endpoints == [
                Endpoint(host: "db1"), Endpoint(host: "::1", port: 5433), Endpoint(host: "localhost", port: 1),
            ])
        #expect(configuration.user == "scribe")
        #expect(configuration.password?.value == "p@ss")
        #expect(configuration.database == "app")
        #expect(configuration.applicationName == "x")
        #expect(configuration.connectTimeout == .seconds(5))
        #expect(configuration.authentication.allowed == [.scramSHA256])
        #expect(configuration.authentication.channelBinding == .require)
        #expect(configuration.startupParameters == [.init(name: "options", value: "-c geqo=off")])
        #expect(configuration.targetSession == .preferStandby && configuration.loadBalancing == .random)
        let tls = configuration.tls
        #expect(tls.mode == .verifyFull && tls.trustRoots == .file("/ca.pem") && !tls.sendsServerName)
        #expect(tls.certificateFile == "/c.pem" && tls.privateKeyFile == "/k.pem")
        #expect(tls.privateKeyPassword?.value == "q")
        #expect(tls.minimumVersion == .tls13 && tls.maximumVersion == .tls13)
    }

    @Test(
        "Hosts, addresses and ports are aligned by position",
        arguments: [
            ("host=a,b port=1,2", "a:1 b:2"), ("host=a,b port=7", "a:7 b:7"), ("host=a,b port=,2", "a:5432 b:2"),
            ("host=a,,c", "a:5432 localhost:5432 c:5432"), ("port=' +7 '", "localhost:7"),
            ("port=''", "localhost:5432"),
            ("hostaddr=192.0.2.1,::1 host=a, port=1,2", "a:1@192.0.2.1 [::1]:2@::1"),
            ("host=a,b hostaddr=,192.0.2.1", "a:5432 b:5432@192.0.2.1"), ("host=/run/pg", "/run/pg/.s.PGSQL.5432"),
        ])
    func endpoints(text: String, expected: String) throws {
        let endpoints = try Connection.Configuration("user=u \(text)").endpoints
        let shown = endpoints.map { $0.description + ($0.address.map { "@\($0)" } ?? "") }
        #expect(shown.joined(separator: " ") == expected)
    }

    @Test(
        "sslmode and its defaults",
        arguments: [
            ("host=db", SSLMode.require), ("host=localhost", .prefer), ("host=/tmp", .prefer),
            ("host=/tmp,db", .require),
            ("host=db sslmode=disable", .disable), ("host=db sslrootcert=system", .verifyFull),
            ("host=db sslrootcert=/ca", .verifyCA), ("host=db sslrootcert=/ca sslmode=require", .verifyCA),
            ("host=db sslrootcert=/ca sslmode=prefer", .prefer),
            ("host=db sslrootcert=/ca sslmode=verify-full", .verifyFull),
            ("host=localhost sslrootcert=system sslmode=verify-full", .verifyFull),
        ])
    func mode(text: String, expected: SSLMode) throws {
        #expect(try Connection.Configuration("user=u \(text)").tls.mode == expected)
    }

    @Test("How TLS begins")
    func negotiation() throws {
        #expect(try Connection.Configuration("user=u").tls.negotiation == .postgres)
        #expect(try Connection.Configuration("user=u sslnegotiation=postgres").tls.negotiation == .postgres)
        for mode in ["require", "verify-ca", "verify-full"] {
            #expect(
                try Connection.Configuration("user=u sslmode=\(mode) sslnegotiation=direct").tls.negotiation == .direct)
        }
        // Another machine, to which TLS is required when nothing is said; and a mode that sslrootcert makes stronger.
        #expect(try Connection.Configuration("host=db.example user=u sslnegotiation=direct").tls.negotiation == .direct)
        #expect(
            try Connection.Configuration("user=u sslnegotiation=direct sslrootcert=system").tls.negotiation == .direct)
        #expect(
            try Connection.Configuration("postgres://u@db/app?sslnegotiation=direct").description
                == "postgres://u@db:5432/app?sslmode=require&sslnegotiation=direct")
    }

    @Test("Times, names and the database: what absent, empty and 0 mean")
    func defaults() throws {
        let plain = try Connection.Configuration("postgres://u@h")
        #expect(plain.applicationName == "pgwire" && plain.connectTimeout == .seconds(30))
        #expect(plain.database == nil && plain.password == nil && plain.startupParameters.isEmpty)
        #expect(
            try Connection.Configuration("postgres://u@h?connect_timeout=0").connectTimeout
                == Connection.Configuration.noConnectTimeout)
        #expect(
            try Connection.Configuration("postgres://u@h?connect_timeout=-1").connectTimeout
                == Connection.Configuration.noConnectTimeout)
        #expect(try Connection.Configuration("user=u fallback_application_name=f").applicationName == "f")
        #expect(
            try Connection.Configuration("user=u fallback_application_name=f application_name=a").applicationName == "a"
        )
        #expect(
            try Connection.Configuration("user=u fallback_application_name=f application_name=''").applicationName == ""
        )
        #expect(try Connection.Configuration("user=u password='' dbname=''").password == nil)
    }

    @Test("Without a user, the operating system's logs in, and its database is the default")
    func operatingSystemUser() throws {
        let name = try #require(getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) })
        for text in ["postgres://localhost/db", "host=localhost dbname=db", "user='' dbname=db"] {
            let configuration = try Connection.Configuration(text)
            #expect(configuration.user == name && configuration.database == "db")
        }
        #expect(try Connection.Configuration("").database == nil)
    }

    @Test("Keepalives and what they are by default")
    func keepalives() throws {
        var expected = Connection.Configuration.TCP()
        #expect(expected.keepAlive && expected.keepAliveIdle == .seconds(60) && expected.userTimeout == nil)
        #expect(try Connection.Configuration("user=u").tcp == expected)
        #expect(try Connection.Configuration("user=u keepalives=1 keepalives_count=-1").tcp == expected)
        expected.keepAliveIdle = nil
        #expect(try Connection.Configuration("user=u keepalives_idle=0 tcp_user_timeout=0").tcp == expected)
        expected.keepAlive = false
        #expect(try Connection.Configuration("user=u keepalives=0 keepalives_idle=-5").tcp == expected)
        expected = .init()
        expected.keepAliveIdle = .seconds(7)
        expected.keepAliveInterval = .seconds(3)
        expected.keepAliveCount = 4
        expected.userTimeout = .milliseconds(1500)
        let text = "user=u keepalives_idle=7 keepalives_interval=3 keepalives_count=4 tcp_user_timeout=1500"
        #expect(try Connection.Configuration(text).tcp == expected)
    }

    @Test("Files and what is checked by them")
    func files() throws {
        let configuration = try Connection.Configuration(
            "user=u sslcrl=/crl sslcrldir=/crls sslkeylogfile=/keys sslcertmode=disable requirepeer=postgres passfile=/p"
        )
        #expect(configuration.tls.revocationListFile == "/crl" && configuration.tls.revocationListDirectory == "/crls")
        #expect(configuration.tls.keyLogFile == "/keys" && configuration.tls.certificateMode == .disable)
        #expect(configuration.requiredPeer == "postgres" && configuration.passwordFile == "/p")
        let plain = try Connection.Configuration("user=u")
        #expect(plain.tls.certificateMode == .allow && plain.tls.keyLogFile == nil && plain.passwordFile == nil)
    }

    @Test("A source fills in what the one before it leaves open")
    func layers() throws {
        var environment = ConnectionParameters()
        environment.set(.user, to: "env")
        environment.set(.port, to: "7")
        let configuration = try Connection.Configuration(
            ConnectionParameters("host=h port=5").filled(from: environment))
        #expect(configuration.user == "env" && configuration.endpoints == [Endpoint(host: "h", port: 5)])
        var said = ""
        dump(ConnectionParameters("password=hunter2"), to: &said)
        #expect(!"\(said) \(ConnectionParameters("password=hunter2"))".contains("hunter2"))
    }

    @Test("The description leads to the same place and shows no secret")
    func description() throws {
        let texts = [
            "postgres://sc%20ribe:hunter2@db1,[fe80::1%25eth0]:5433/ap%2Fp?sslmode=verify-ca&sslpassword=hunter2",
            "host=/run/pg,a hostaddr=,192.0.2.1 user='ü@:/?#' password=hunter2 sslcert=/c sslkey=/k sslpassword=hunter2",
        ]
        for text in texts {
            let first = try Connection.Configuration(text)
            let second = try Connection.Configuration(first.description)
            #expect(second.endpoints == first.endpoints && second.tls.mode == first.tls.mode)
            #expect(second.user == first.user && second.database == first.database)
            var dumped = ""
            dump(first, to: &dumped)
            #expect(!"\(first) \(String(reflecting: first)) \(dumped)".contains("hunter2"))
        }
        #expect(
            try Connection.Configuration("postgres://u:p@db/app").description
                == "postgres://u@db:5432/app?sslmode=require")
    }
}
