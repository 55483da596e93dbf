/// Where PGWire differs from libpq in what it reads from a connection string of `Fixtures/conninfo`, and why.
enum ConnectionStringDifferences {
    struct Difference {
        var reason: String
        /// From which of the recording's libraries: 0 is Debian's libpq 15, 1 is libpq 18.
        var libraries: Set<Int>
        /// One string a line, as in the recording.
        var strings: [String]

        init(_ reason: String, from libraries: Set<Int> = [0, 1], _ strings: String) {
            self.reason = reason
            self.libraries = libraries
            self.strings = strings.split(separator: "\n").map(String.init)
        }
    }

    /// What is read.
    static let parsing: [Difference] = [
        Difference(
            "an @ that is not encoded in a password makes libpq send the rest of the password to a host that it spells",
            #"""
            postgres://u@[a@b]/
            postgres://u@@abstract/x
            postgres://u:p@ss@h/d
            postgres://u:p@ss/w@h/d
            postgres://u:p/w@h/d
            postgres://u:1/w@h/d
            postgres://u@h/d@1
            postgres://u:p@a,@:1/]port=5&user=x
            postgresql://us%20er@[::1]:543@3/d?ssl=true
            postgresql://us%20er@[::1#]:5433/d@sl=true
            """#),
        Difference(
            "bytes that are not UTF-8 are no text, and the protocol is spoken in UTF8",
            """
            postgres://%ff@h
            postgres://u:%C3@h
            postgres://u@h?user=%80
            """),
        Difference(
            "PostgreSQL 19's parameter",
            """
            servicefile=/s.conf
            postgres://?servicefile=%2Fs.conf
            """),
        Difference(
            "libpq 15 took spaces of a URI for text, newer ones drop them around a part and refuse them inside",
            from: [0],
            """
            postgres://␠u@h/db
            postgres://u@h␠/db
            postgres://u@h/d␠b
            postgres://u@h/db?user=␠a␠
            postgres://u@h/db?␠user=a&port␠=5
            postgres://u@h?options=-c␠geqo%3Doff
            postgresql://us%20er@[::1]:5433/␠ssl=true
            postgresql://us%20er@]␠[::1]:5433/d?ssl=true
            """),
        Difference(
            "parameters of PostgreSQL 16: require_auth, sslcertmode, load_balance_hosts, gssdelegation", from: [0],
            """
            require_auth=scram-sha-256
            require_auth=kerberos
            postgres://?require_auth=scram-sha-256
            sslcertmode=allow
            sslcertmode=always
            postgres://?sslcertmode=allow
            load_balance_hosts=disable
            load_balance_hosts=random
            postgres://?load_balance_hosts=disable
            gssdelegation=0
            postgres://?gssdelegation=0
            """),
        Difference(
            "a parameter of PostgreSQL 17: sslnegotiation", from: [0],
            """
            sslnegotiation=postgres
            sslnegotiation=indirect
            postgres://?sslnegotiation=postgres
            """),
        Difference(
            "parameters of PostgreSQL 18: versions of the protocol, sslkeylogfile, SCRAM keys, OAuth", from: [0],
            """
            min_protocol_version=3.0
            max_protocol_version=3.0
            max_protocol_version=3.2
            postgres://?min_protocol_version=3.0
            postgres://?max_protocol_version=3.0
            sslkeylogfile=/keys
            postgres://?sslkeylogfile=%2Fkeys
            scram_client_key=v
            scram_server_key=v
            postgres://?scram_client_key=v
            postgres://?scram_server_key=v
            oauth_issuer=v
            oauth_client_id=v
            oauth_client_secret=v
            oauth_scope=v
            sslcrl=x␠oauth_scope=y
            postgres://?oauth_issuer=v
            postgres://?oauth_client_id=v
            postgres://?oauth_client_secret=v
            postgres://?oauth_scope=v
            """),
    ]

    /// What is read alike, and then refused because of its values, which libpq looks at when it connects.
    static let values: [Difference] = [
        Difference(
            "a port that is no port is refused at once",
            #"""
            port=none
            port=0
            port=65536
            port=-1
            port=5432,none
            host=a␠port␠=␠5%20␠user='o\'b'
            postgres://db:none/
            postgres://db:99999/
            postgres://db:-1/
            postgres://h:1:2/d
            postgres://u:p@a,b:1/d?port=é5&user=x
            postgresql://us%20=@[::1]:5\3/d?ssl=true
            postgresql://us%20er#@::1]:5433/d?ssl=true
            postgresql://us%20er%C3%A9::'1]:5433/d?ssl=true
            postgresql://us%20er@[::1]:5+33/d?ssl=true
            postgresql://us%20er@[::1]:5433&d?ssl=true
            postgresql://us%20er@[::1]::433/d?ssl=true
            postgresql://us%20er@[::1]:=5433/d?ssl=true
            postgresql://us%20er@[::\1]:%C3%A933/d?ssl=true
            """#),
        Difference(
            "lists of hosts, addresses and ports of different lengths, and an address that is none: libpq refuses them too",
            """
            host=a,b,c␠port=1,2
            host=a,b␠hostaddr=192.0.2.7
            hostaddr=db.example
            """),
        Difference(
            "a number that is none: libpq refuses it too",
            """
            connect_timeout=soon
            connect_timeout=1.5
            connect_timeout=99999999999
            keepalives=yes
            keepalives_idle=1m
            """),
        Difference("more than Linux takes: libpq fails at the socket", "keepalives_count=1000"),
        Difference(
            "a word that is none of the parameter's: libpq refuses it too, but for sslsni",
            """
            sslmode=on
            sslmode=
            postgresql://db.example?sslmode=sometimes
            sslnegotiation=indirect
            sslcertmode=always
            sslsni=yes
            channel_binding=yes
            require_auth=kerberos
            """),
        Difference("strings are Unicode: client_encoding is UTF8", "client_encoding=LATIN1"),
        Difference(
            "versions of TLS that are insecure, which OpenSSL refuses by default", "ssl_min_protocol_version=TLSv1"),
        Difference(
            "sslrootcert=system needs sslmode=verify-full: libpq refuses it too",
            """
            sslrootcert=system␠sslmode=require
            sslmode=disable␠sslrootcert=system
            """),
        Difference(
            "sslcert and sslkey have no default in ~/.postgresql, so that neither is complete alone",
            """
            sslcert=/c.pem
            sslkey=/k.pem
            postgres://?sslcert=%2Fc.pem
            postgres://?sslkey=%2Fk.pem
            """),
        Difference(
            "a service is looked up at once, and there is none of this name",
            """
            service=s
            service=x␠user=y
            postgres://?service=s
            """),
        Difference(
            "PGWire does not do it",
            """
            gssencmode=require
            replication=database
            postgres://?replication=database
            """),
        Difference(
            "the keys of SCRAM are of use together only, and each is looked at at once",
            """
            scram_client_key=v
            scram_server_key=v
            postgres://?scram_client_key=v
            postgres://?scram_server_key=v
            """),
    ]
}
