import Testing

/// What psql and PGWire are both given: a connection string, variables, and files in the home directory.
///
/// `{port}`, `{closed}`, `{socket}`, `{password}` (escaped for a password file), `{plain}` (the same as it is), `{ca}`, `{home}`
/// and `{user}` (the operating system's) stand for what is only known when it runs.
struct PsqlCase: Sendable, CustomTestStringConvertible {
    var name: String
    var text = ""
    var variables: [String: String] = [:]
    var files: [String: String] = [:]
    /// Modes other than 0600.
    var modes: [String: UInt32] = [:]
    /// Whose psql is asked. 15's has TLS, 18's knows more variables.
    var major = 15
    /// What PGWire's error must contain where both are to be refused; nil where both are to get in.
    var error: String?

    var testDescription: String { name }

    /// Logs in by a password in a variable.
    private static let login = ["PGUSER": "tlsonly", "PGDATABASE": "postgres", "PGPASSWORD": "{plain}"]
    /// Logs in by a password from elsewhere.
    private static let noPassword = ["PGUSER": "tlsonly", "PGDATABASE": "postgres"]
    private static let line = "127.0.0.1:{port}:postgres:tlsonly:{password}\n"
    private static let section = "[mine]\nuser=tlsonly\npassword={plain}\ndbname=template1\napplication_name=s\n"

    private static func variables(_ more: [String: String]) -> [String: String] { login.merging(more) { $1 } }

    static let environment = [
        PsqlCase(name: "user, password and database", variables: login),
        PsqlCase(
            name: "application name and options",
            variables: variables(["PGAPPNAME": "a b", "PGOPTIONS": "-c geqo=off"])),
        PsqlCase(
            name: "settings of the session",
            variables: variables(["PGTZ": "Asia/Tokyo", "PGDATESTYLE": "German", "PGGEQO": "off"])),
        PsqlCase(name: "settings left alone", variables: variables(["PGTZ": "default", "PGDATESTYLE": "DEFAULT"])),
        PsqlCase(
            name: "no database", variables: ["PGUSER": "tlsonly", "PGPASSWORD": "{plain}"],
            error: "database \"tlsonly\" does not exist"),
        PsqlCase(
            name: "the string counts for more", text: "user=tlsonly dbname=template1",
            variables: variables(["PGUSER": "nobody", "PGDATABASE": "nowhere"])),
        PsqlCase(
            name: "a URI counts for more", text: "postgres://tlsonly@/template1?application_name=x",
            variables: variables(["PGUSER": "nobody", "PGAPPNAME": "y"])),
        PsqlCase(
            name: "the address in place of the name",
            variables: variables(["PGHOST": "no-such-host.invalid", "PGHOSTADDR": "127.0.0.1"])),
        PsqlCase(name: "no host, an address", variables: variables(["PGHOST": "", "PGHOSTADDR": "127.0.0.1"])),
        PsqlCase(name: "a port that is none", variables: variables(["PGPORT": "abc"]), error: "from PGPORT"),
        PsqlCase(
            name: "a timeout that is none", variables: variables(["PGCONNECT_TIMEOUT": ""]),
            error: "from PGCONNECT_TIMEOUT"),
        PsqlCase(name: "a timeout", variables: variables(["PGCONNECT_TIMEOUT": " 20 "])),
        PsqlCase(
            name: "no TLS", variables: variables(["PGSSLMODE": "disable", "PGUSER": "clearonly"])),
        PsqlCase(name: "TLS", variables: variables(["PGSSLMODE": "require"])),
        PsqlCase(name: "TLS, the old way", variables: variables(["PGREQUIRESSL": "1"])),
        PsqlCase(
            name: "TLS, the old way and the new one",
            variables: variables(["PGREQUIRESSL": "1", "PGSSLMODE": "disable", "PGUSER": "clearonly"])),
        PsqlCase(
            name: "the server's certificate",
            variables: variables(["PGSSLMODE": "verify-full", "PGSSLROOTCERT": "{ca}"])),
        PsqlCase(
            name: "the server's certificate is not for this name",
            variables: variables([
                "PGSSLMODE": "verify-full", "PGSSLROOTCERT": "{ca}", "PGHOST": "db.invalid", "PGHOSTADDR": "127.0.0.1",
            ]), error: "is not for \"db.invalid\""),
        PsqlCase(
            name: "an sslmode that is none", variables: variables(["PGSSLMODE": "on"]),
            error: "sslmode=\"on\" (from PGSSLMODE)"),
        PsqlCase(
            name: "versions of TLS",
            variables: variables(["PGSSLMINPROTOCOLVERSION": "TLSv1.3", "PGSSLMAXPROTOCOLVERSION": "tlsv1.3"])),
        PsqlCase(
            name: "a version of TLS that is none", variables: variables(["PGSSLMINPROTOCOLVERSION": "3"]),
            error: "from PGSSLMINPROTOCOLVERSION"),
        PsqlCase(name: "channel binding", variables: variables(["PGCHANNELBINDING": "require"])),
        PsqlCase(
            name: "channel binding without TLS",
            variables: variables(["PGCHANNELBINDING": "require", "PGSSLMODE": "disable", "PGUSER": "clearonly"]),
            error: "channel_binding=require needs TLS"),
        PsqlCase(
            name: "words of one meaning",
            variables: variables([
                "PGTARGETSESSIONATTRS": "any", "PGGSSENCMODE": "disable", "PGSSLSNI": "0", "PGCLIENTENCODING": "UTF8",
            ])),
        PsqlCase(name: "a Unix socket", variables: variables(["PGHOST": "{socket}"])),
        PsqlCase(name: "the peer", variables: variables(["PGHOST": "{socket}", "PGREQUIREPEER": "{peer}"])),
        PsqlCase(
            name: "another peer", variables: variables(["PGHOST": "{socket}", "PGREQUIREPEER": "somebody"]),
            error: "requirepeer is \"somebody\""),
        PsqlCase(name: "the peer means nothing to TCP", variables: variables(["PGREQUIREPEER": "somebody"])),
        PsqlCase(
            name: "the operating system's user", variables: ["PGDATABASE": "postgres"],
            files: [".pgpass": "*:*:*:{user}:{password}\n"]),
        PsqlCase(
            name: "an empty user is none", text: "user=''", variables: ["PGDATABASE": "postgres", "PGUSER": "tlsonly"],
            files: [".pgpass": "*:*:*:{user}:{password}\n"]),
    ]

    /// Variables that are newer than PostgreSQL 15.
    static let newer = [
        ("no other way to log in", ["PGREQUIREAUTH": "scram-sha-256"], nil),
        ("another way to log in", ["PGREQUIREAUTH": "md5"], "require_auth"),
        ("any but this way to log in", ["PGREQUIREAUTH": "!scram-sha-256"], "require_auth"),
        ("a way to log in that is none", ["PGREQUIREAUTH": "x"], "require_auth=\"x\" (from PGREQUIREAUTH)"),
        ("the order of hosts", ["PGLOADBALANCEHOSTS": "disable"], nil),
        ("an order of hosts that is none", ["PGLOADBALANCEHOSTS": "x"], "from PGLOADBALANCEHOSTS"),
        ("versions of the protocol", ["PGMINPROTOCOLVERSION": "3.0", "PGMAXPROTOCOLVERSION": "3.0"], nil),
        ("a version of the protocol that is none", ["PGMAXPROTOCOLVERSION": "2.0"], "from PGMAXPROTOCOLVERSION"),
        ("how TLS begins, where there is none", ["PGSSLNEGOTIATION": "postgres"], nil),
        ("how TLS cannot begin", ["PGSSLNEGOTIATION": "x"], "from PGSSLNEGOTIATION"),
        ("a certificate's mode that is none", ["PGSSLCERTMODE": "x"], "from PGSSLCERTMODE"),
    ].map { name, more, error in
        PsqlCase(
            name: name, variables: variables(["PGSSLMODE": "disable", "PGUSER": "clearonly"].merging(more) { $1 }),
            major: 18, error: error)
    }

    static let passwordFiles = [
        PsqlCase(name: "a line", variables: noPassword, files: [".pgpass": line]),
        PsqlCase(name: "wildcards", variables: noPassword, files: [".pgpass": "*:*:*:*:{password}"]),
        PsqlCase(
            name: "the first line that matches", variables: noPassword,
            files: [".pgpass": "127.0.0.1:1:*:*:a\n*:*:other:*:b\n*:*:*:tlsonl:c\n\(line)*:*:*:*:d\n"]),
        PsqlCase(
            name: "the first line that matches, and is wrong", variables: noPassword,
            files: [".pgpass": "*:*:*:*:wrong\n\(line)"],
            error: "check the password in \"{home}/.pgpass\", and that role"),
        PsqlCase(
            name: "comments, empty lines and other line ends", variables: noPassword,
            files: [".pgpass": "# \(line)\n\r\n:\n:::::\n127.0.0.1:{port}:postgres:tlsonly:{password}\r\n"]),
        PsqlCase(
            name: "escapes everywhere, and what follows a password", variables: noPassword,
            files: [".pgpass": #"\1\27.0.0.1:{port}:post\gres:tl\sonly:{password}:more"# + "\n"]),
        PsqlCase(
            name: "an escape that is none", variables: noPassword,
            files: [".pgpass": #"127.0.0.1:{port}:postgres:tlsonly\"#], error: "has no line for it"),
        PsqlCase(
            name: "others may read it", variables: noPassword, files: [".pgpass": line], modes: [".pgpass": 0o644],
            error: "is not used: others than its owner have permission for it, make it private with chmod 600"),
        PsqlCase(
            name: "the group may write it", variables: noPassword, files: [".pgpass": line], modes: [".pgpass": 0o620],
            error: "chmod 600"),
        PsqlCase(name: "read only", variables: noPassword, files: [".pgpass": line], modes: [".pgpass": 0o400]),
        PsqlCase(
            name: "PGPASSFILE", variables: noPassword.merging(["PGPASSFILE": "{home}/other"]) { $1 },
            files: [".pgpass": "*:*:*:*:wrong", "other": line]),
        PsqlCase(
            name: "passfile", text: "passfile={home}/third",
            variables: noPassword.merging(["PGPASSFILE": "/none"]) { $1 },
            files: ["third": line]),
        PsqlCase(
            name: "an empty PGPASSFILE", variables: noPassword.merging(["PGPASSFILE": ""]) { $1 },
            files: [".pgpass": line]),
        PsqlCase(
            name: "no plain file", variables: noPassword.merging(["PGPASSFILE": "{home}"]) { $1 },
            files: [".pgpass": line],
            error: "it is not a plain file"),
        PsqlCase(
            name: "no file", variables: noPassword,
            error:
                "demands a password for role \"tlsonly\", and none is configured; there is no password file \"{home}/.pgpass\""
        ),
        PsqlCase(
            name: "no file at passfile", text: "passfile={home}/none/x", variables: noPassword,
            files: [".pgpass": line],
            error: "there is no password file \"{home}/none/x\""),
        PsqlCase(
            name: "a password counts for more", variables: login, files: [".pgpass": "*:*:*:*:wrong"]),
        PsqlCase(
            name: "an empty password does not", text: "password=''", variables: login, files: [".pgpass": line]),
        PsqlCase(
            name: "the host's name, not its address",
            variables: noPassword.merging(["PGHOST": "db.invalid", "PGHOSTADDR": "127.0.0.1"]) { $1 },
            files: [".pgpass": "127.0.0.1:*:*:*:wrong\ndb.invalid:*:*:*:{password}\n"]),
        PsqlCase(
            name: "the address where there is no name",
            variables: noPassword.merging(["PGHOST": "", "PGHOSTADDR": "127.0.0.1"]) { $1 },
            files: [".pgpass": "localhost:*:*:*:wrong\n\(line)"]),
        PsqlCase(
            name: "each host has its line",
            text: "host=127.0.0.1,localhost hostaddr=127.0.0.1,127.0.0.1 port={closed},{port}",
            variables: noPassword, files: [".pgpass": "127.0.0.1:*:*:*:wrong\nlocalhost:{port}:*:*:{password}\n"]),
        PsqlCase(
            name: "a Unix socket's directory", variables: noPassword.merging(["PGHOST": "{socket}"]) { $1 },
            files: [".pgpass": "localhost:*:*:*:wrong\n{socket}:{port}:*:*:{password}\n"]),
    ]

    static let services = [
        PsqlCase(name: "PGSERVICE", variables: ["PGSERVICE": "mine"], files: [".pg_service.conf": section]),
        PsqlCase(name: "service", text: "service=mine", files: [".pg_service.conf": section]),
        PsqlCase(name: "service in a URI", text: "postgres://?service=mine", files: [".pg_service.conf": section]),
        PsqlCase(
            name: "PGSERVICEFILE", variables: ["PGSERVICE": "mine", "PGSERVICEFILE": "{home}/s"],
            files: ["s": section, ".pg_service.conf": "[mine]\nport=1\n"]),
        PsqlCase(
            name: "the system's file", variables: ["PGSERVICE": "mine", "PGSYSCONFDIR": "{home}"],
            files: ["pg_service.conf": section, ".pg_service.conf": "[other]\nport=1\n"]),
        PsqlCase(
            name: "the system's file, after one that is named",
            variables: ["PGSERVICE": "mine", "PGSYSCONFDIR": "{home}", "PGSERVICEFILE": "{home}/s"],
            files: ["pg_service.conf": section, "s": "[other]\nport=1\n"]),
        PsqlCase(
            name: "no such file", variables: ["PGSERVICE": "mine", "PGSERVICEFILE": "{home}/s"],
            error: "there is no service file"),
        PsqlCase(
            name: "no such service", variables: ["PGSERVICE": "mine"], files: [".pg_service.conf": "[min]\nport=1\n"],
            error: "the service \"mine\" is not in"),
        PsqlCase(
            name: "an empty name", variables: login.merging(["PGSERVICE": ""]) { $1 },
            error: "the service \"\" is not in"),
        PsqlCase(
            name: "between the string and the variables", text: "service=mine dbname=postgres",
            variables: ["PGUSER": "nobody", "PGAPPNAME": "a", "PGDATABASE": "nowhere"],
            files: [".pg_service.conf": section]),
        PsqlCase(
            name: "an empty value of the string counts", text: "service=mine application_name=''",
            files: [".pg_service.conf": section]),
        PsqlCase(
            name: "the first value, the first section", variables: ["PGSERVICE": "mine"],
            files: [
                ".pg_service.conf": "[x]\nport=1\n\(section)dbname=nowhere\n[y]\nport=1\n[mine]\noptions=-cgeqo=off\n"
            ]),
        PsqlCase(
            name: "comments and spaces around lines", variables: ["PGSERVICE": "mine"],
            files: [
                ".pg_service.conf":
                    "\n # a\n[mine] # b\n  user=tlsonly \t\n\tpassword={plain}\r\n\ndbname=template1\napplication_name=a=b # c\n"
            ]),
        PsqlCase(
            name: "spaces around =", variables: ["PGSERVICE": "mine"],
            files: [".pg_service.conf": "[mine]\nuser = tlsonly\n"],
            error: "line 2 of the service file"),
        PsqlCase(
            name: "an unknown parameter", variables: ["PGSERVICE": "mine"],
            files: [".pg_service.conf": "[mine]\nhostt=x\n"],
            error: "has an unknown parameter: did you mean \"host\"?"),
        PsqlCase(
            name: "no =", variables: ["PGSERVICE": "mine"], files: [".pg_service.conf": "[mine]\nuser\n"],
            error: "has no \"=\""),
        PsqlCase(
            name: "errors of other sections do not count", variables: ["PGSERVICE": "mine"],
            files: [".pg_service.conf": "user\n[x]\nhots=x\n\(section)[y]\nuser\n"]),
        PsqlCase(
            name: "a service of a service", variables: ["PGSERVICE": "mine"],
            files: [".pg_service.conf": "[mine]\nservice=x\n"], error: "names another service"),
        PsqlCase(
            name: "LDAP", variables: ["PGSERVICE": "mine"], files: [".pg_service.conf": "[mine]\nldap:x\n"],
            error: "asks for LDAP"),
        PsqlCase(
            name: "a password file", variables: ["PGSERVICE": "mine"],
            files: [
                ".pg_service.conf": "[mine]\nuser=tlsonly\ndbname=postgres\npassfile={home}/other\n",
                ".pgpass": "*:*:*:*:wrong", "other": line,
            ]),
    ]
}
