import PGWire
import Testing

@Suite("Configuration: errors of connection strings")
struct ConfigurationErrorTests {
    @Test(
        "Each problem names the parameter and what to write",
        arguments: [
            ("user=u port=0", #"port="0" is not valid: expected a number from 1 to 65535, or one for each host"#),
            ("user=u host=a,b,c port=1,2", "port lists 2 ports for 3 hosts: give one port, or one for each host"),
            ("user=u host=a,b hostaddr=::1", "hostaddr lists 1 addresses for 2 hosts: give one each, or empty"),
            ("user=u hostaddr=db", #"hostaddr="db" is not valid: expected IP addresses such as"#),
            (
                "user=u sslmode=on",
                #"sslmode="on" is not valid: expected disable, allow, prefer, require, verify-ca, v"#
            ),
            ("user=u sslmode=''", #"sslmode="" is not valid"#),
            ("user=u sslrootcert=system sslmode=require", "sslmode=require is too weak for sslrootcert=system"),
            ("user=u sslcert=/c", "sslcert and sslkey belong together"),
            ("user=u sslsni=yes", #"sslsni="yes" is not valid: expected 0 or 1"#),
            ("user=u ssl_min_protocol_version=TLSv1.1", #"="TLSv1.1" is not valid: expected TLSv1.2 or TLSv1.3"#),
            (
                "user=u ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2",
                "ssl_min_protocol_version is newer than ssl_max_protocol_version"
            ),
            ("user=u sslnegotiation=on", #"sslnegotiation="on" is not valid: expected postgres, direct"#),
            (
                "user=u sslnegotiation=direct",
                "sslnegotiation=direct needs sslmode=require, verify-ca or verify-full, as sslmode=prefer does not insist"
            ),
            (
                "postgres://u@db.example/d?sslmode=allow&sslnegotiation=direct",
                "as sslmode=allow does not insist on TLS"
            ),
            ("user=u gssencmode=require", #"gssencmode="require" is not supported yet: write disable or prefer"#),
            (
                "user=u target_session_attrs=x",
                #"target_session_attrs="x" is not valid: expected any, read-write, read-only, primary, standby, prefer-standby"#
            ),
            ("user=u target_session_attrs=''", #"target_session_attrs="" is not valid"#),
            ("user=u load_balance_hosts=x", #"load_balance_hosts="x" is not valid: expected disable, random"#),
            (
                "user=u max_protocol_version=3.1",
                #"max_protocol_version="3.1" is not valid: expected 3.0, 3.2 or latest"#
            ),
            ("user=u min_protocol_version=''", #"min_protocol_version="" is not valid"#),
            (
                "user=u min_protocol_version=latest max_protocol_version=3.0",
                "min_protocol_version is newer than max_protocol_version"
            ),
            (
                "user=u scram_client_key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "scram_client_key and scram_server_key are only of use together"
            ),
            (
                "user=u scram_server_key=AAAA scram_client_key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "spaces of a password as %XX; in key=value text, put the password in single quotes) is not valid: expected the base64 of"
            ),
            ("user=u client_encoding=LATIN1", #"client_encoding="LATIN1" is not valid: expected UTF8"#),
            ("user=u connect_timeout=5s", #"connect_timeout="5s" is not valid: expected a decimal integer"#),
            ("user=u connect_timeout=''", #"connect_timeout="" is not valid"#),
            ("user=u keepalives=x", #"keepalives="x" is not valid"#),
            ("user=u channel_binding=yes", #"channel_binding="yes" is not valid: expected disable, prefer, require"#),
            ("user=u channel_binding=require sslmode=disable", "channel_binding=require needs TLS"),
            ("user=u require_auth=md5,x", #"require_auth="md5,x" is not valid: expected some of none, password, md5"#),
            ("user=u require_auth=md5,!none", #"expected "!" before all methods or before none"#),
            ("user=u require_auth=gss", "expected at least one of none, password, md5, scram-sha-256"),
            ("user=u replication=true", #"the parameter "replication" is not supported here: leave it out, and"#),
            ("user=u service=x servicefile=/nonexistent", #"there is no service file "/nonexistent""#),
            ("user=u service=x servicefile=/dev/null", "cannot be read: it is not a plain file"),
            ("user=u sslcertmode=never", #"sslcertmode="never" is not valid: expected disable, allow, require"#),
            ("user=u sslcertmode=require", "sslcertmode=require needs a certificate: give sslcert and sslkey"),
            ("user=u keepalives_count=128", "keepalives_count is 128, and the system takes at most 127"),
            ("user=u keepalives_idle=32768", "keepalives_idle is 32768, and the system takes at most 32767"),
            ("user=u tcp_user_timeout=x", #"tcp_user_timeout="x" is not valid"#),
            (
                "user=u statement_timeout=5",
                #"unknown parameter "statement_timeout": set Connection.Configuration.statementTimeout"#
            ),
            ("postgres://u@h?sslmod=x", #"unknown parameter "sslmod": did you mean "sslmode"?"#),
            ("user=u pasword=x", #"unknown parameter "pasword": did you mean "password"?"#),
            ("user=u qqq=x", #"unknown parameter "qqq""#),
            ("postgres://u@h?ssl=false", #"unknown parameter "ssl": write "sslmode=require" or "sslmode=disable""#),
            ("POSTGRES://u:x@h", #"a URI begins with "postgres://" or "postgresql://", in small letters"#),
            ("user=u\0", "the connection string contains a NUL character"),
            ("postgres://u@h/d?application_name=%0", "in the URI's application_name, a \"%\" is not followed by two"),
            ("postgres://u@h/a b", "in the URI's dbname, there is a space: write %20"),
            ("postgres://u:p@ss@h/", #"the URI has an "@" where none can be"#),
        ])
    func sentence(text: String, expected: String) {
        let error = #expect(throws: ConfigurationError.self) { try Connection.Configuration(text) }
        #expect(error?.problems.count == 1, "\(String(describing: error))")
        #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
    }

    @Test("Who is nobody to the operating system must say who logs in")
    func noUser() {
        let error = #expect(throws: ConfigurationError.self) {
            try Connection.Configuration(ConnectionParameters("host=h"), defaultUser: { nil })
        }
        #expect(
            error?.problems == [
                "there is no user: give it as postgres://user@host/… or user=…; the operating system has no name for the user "
                    + "of this process"
            ])
    }

    @Test("All problems are reported at once")
    func all() {
        let error = #expect(throws: ConfigurationError.self) {
            try Connection.Configuration(
                "postgres://h:x/d?sslmode=on&sslmod=1&statement_timeout=2&replication=f&connect_timeout=%zz&keepalives="
            )
        }
        #expect(error?.problems.count == 7, "\(String(describing: error))")
    }

    @Test(
        "Nothing that may be a piece of a password is shown",
        arguments: [
            "postgres://u:ZQX", "postgres://u:ZQX/d", "postgres://u:ZQX/ZQX@h", "postgres://u:Z@ZQX/ZQX?ZQX@h",
            "postgres://u:a/b?ZQX=ZQX@h", "postgres://u:a/b?port=ZQX@h", "postgres://u:%ZQX@h", "postgres://u:[ZQX@h:x",
            "postgres://u@h?password=a&ZQX", "postgres://u@h?password=a&ZQX=b", "postgres://u@h?password=a=ZQX",
            "postgres://u@h?password=%ZQX", "postgres://u@h?password=a=b&ZQX=c",
            "postgres://u@h?password=a b&ZQX=c", "postgres://u@h?password=%&ZQX=c", "postgres://u@h?password&ZQX=c",
            "postgres://u@h?%=a&ZQX=c", "postgres://u@h?pasword=a&ZQX=1", "postgresq://u:ZQX@h?a=b",
            " postgres://u:ZQX@h?a=b", "postgres:/u:ZQX@h", "password=a ZQX", "password=a ZQX=b", "password='a'ZQX=b",
            "password='ZQX", "user=u pasword=a ZQX=b", "ZQX", "user='u password=ZQX'ZQX=1", "port='x password=ZQX'",
            "user=u sslpassword=a ZQX=b", "user=u scram_client_key=ZQX",
            "user=u scram_server_key=ZQX scram_client_key=ZQX",
            "user=u port=0 oauth_client_secret=ZQX",
        ])
    func redaction(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try Connection.Configuration(text) }
        #expect(error?.description.contains("ZQX") == false, "\(String(describing: error))")
    }
}
