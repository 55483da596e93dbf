import PGSchemaSQL
import PGWire

/// Connections that could not be made or were lost.
extension Diagnosis {
    init(connection error: ConnectionError, _ place: Place) {
        self =
            switch error.phase {
            case .nameResolution: Self.name(error, place)
            case .connecting: Self.reaching(error, place)
            case .tls: Self.tls(error, place)
            case .authentication: Self.login(error, place)
            case .query, .idle, .closing: Self.lost(error, place)
            }
    }

    private static let toPooler = """
        use the pooler, which has IPv4: in Supabase's dashboard press Connect, take host and user of the transaction pooler, \
        and set DB_HOST=aws-….pooler.supabase.com, DB_PORT=6543, DB_USER=postgres.PROJECTREF
        """

    private static func name(_ error: ConnectionError, _ place: Place) -> Diagnosis {
        if error.reason == .timedOut {
            return Diagnosis(
                "no name server answered in time",
                "check this machine's network and /etc/resolv.conf, or raise DB_CONNECT_TIMEOUT")
        }
        if place.isSupabaseServer {
            return Diagnosis(
                """
                the server's own name has an IPv6 address only, or none at all when the project is paused or was deleted
                """, "restore the project in the dashboard if it is paused; otherwise \(toPooler)")
        }
        return Diagnosis(
            "DB_HOST is misspelt, or this machine cannot resolve names",
            "compare DB_HOST with the host that the dashboard shows under Connect; try `getent hosts \(place.host)`")
    }

    private static func reaching(_ error: ConnectionError, _ place: Place) -> Diagnosis {
        let text = error.description
        let isUnroutable = ["unreachable", "Cannot assign requested address", "Address family not supported"].contains {
            text.contains($0)
        }
        if isUnroutable, place.isSupabaseServer || text.contains(bytesOf: "[") {
            return Diagnosis(
                "the host has an IPv6 address only, and this machine has no IPv6 (most containers and runners have none)",
                toPooler)
        }
        if isUnroutable {
            return Diagnosis(
                "this machine has no way to that network",
                "check its network connection, routes and VPN")
        }
        if error.reason == .timedOut {
            return Diagnosis(
                """
                nothing answered: a firewall drops the packets, the port is wrong, or the project is paused
                """,
                """
                check in the dashboard that the project is active, and that this machine may go out to port \
                \(place.port)\(otherPort(place)); with a slow network raise DB_CONNECT_TIMEOUT
                """)
        }
        return Diagnosis(
            "the machine is there, but nothing listens on port \(place.port): the server is down, or the port is wrong",
            "start the server, or correct DB_PORT\(otherPort(place))")
    }

    /// Which port it should be, as far as the host tells.
    private static func otherPort(_ place: Place) -> String {
        switch place.port {
        case 6543 where !Pooling.looksLikePooler(place.host):
            ": 6543 is a transaction pooler's, a server without one listens on 5432"
        case 5432, 6543: ""
        default: ": 6543 is the transaction pooler's, 5432 the server's"
        }
    }

    private static func tls(_ error: ConnectionError, _ place: Place) -> Diagnosis {
        switch error.reason {
        case .tlsRefused:
            return Diagnosis(
                "the server was set up without TLS, and DB_SSLMODE=\(place.tls.rawValue) wants it",
                """
                turn TLS on in the server (ssl = on; in PgBouncer client_tls_sslmode); only for a server on a network of \
                your own set DB_SSLMODE=disable, which production refuses
                """)
        case .certificateRejected where error.description.contains(bytesOf: "is not for"):
            return Diagnosis(
                "the certificate is for another name than DB_HOST, and DB_SSLMODE=\(place.tls.rawValue) compares them",
                "set DB_HOST to a name that the certificate has (an IP address is none), or DB_SSLMODE=verify-ca")
        case .certificateRejected where ["has expired", "not yet valid"].contains { error.description.contains($0) }:
            return Diagnosis(
                "the server's certificate, or its authority's, is out of date, or this machine's clock is wrong",
                "compare `date` with the time; otherwise whoever runs the server must renew the certificate")
        case .certificateRejected:
            return Diagnosis(
                "the authority that signed the server's certificate is not among those that this machine trusts",
                """
                name its certificate in DB_SSLROOTCERT; for Supabase download it from Project Settings, Database, SSL \
                Configuration (prod-ca-2021.crt)
                """)
        case .lost:
            return Diagnosis(
                """
                whoever listens there hung up when asked for TLS: this machine's address is not allowed, it is no \
                PostgreSQL, or it is restarting
                """,
                """
                allow this machine's address in the server's firewall (Supabase: Project Settings, Database, Network \
                Restrictions and Network Bans), and check DB_HOST and DB_PORT
                """)
        case .notPostgreSQL:
            return Diagnosis(
                "DB_HOST and DB_PORT lead to another service, such as the project's web address",
                "use the database's host and port, not the API's URL (https://….supabase.co)")
        case .timedOut:
            return Diagnosis(
                "the connection was accepted and then nothing was said: a proxy in between, or an overloaded server",
                "check DB_PORT, and whether the server is overloaded or restarting; then try again")
        case .unusableFile:
            return Diagnosis("a file that TLS needs cannot be used", "correct DB_SSLROOTCERT")
        case .tamperedWith:
            return Diagnosis(
                "somebody between added to what the server said",
                "do not use this network; find out who is between this machine and the server")
        default:
            return Diagnosis(
                "both sides could not agree on TLS: an old version, or a proxy in between",
                "look into the server's log; it must offer TLS 1.2 or newer")
        }
    }

    private static func login(_ error: ConnectionError, _ place: Place) -> Diagnosis {
        switch error.reason {
        case .authenticationRefused where error.description.utf8.contains("without asking for the password".utf8):
            return Diagnosis(
                """
                whoever answered let us in without a password and showed no certificate that was checked: somebody may stand \
                between, or pg_hba.conf trusts this address
                """,
                """
                set DB_SSLMODE=verify-full and DB_SSLROOTCERT, or let the server ask for a password (scram-sha-256); if it is \
                meant to ask for nothing, set DB_REQUIRE_AUTH=none
                """)
        case .authenticationRefused where error.description.utf8.contains("require_auth allows".utf8):
            return Diagnosis(
                "DB_REQUIRE_AUTH does not allow the way in which the server asks who this is",
                "add that way to DB_REQUIRE_AUTH, or leave the setting out")
        case .authenticationRefused:
            return Diagnosis(
                "the server asked for a kind of login that would give the password away, or could not prove who it is",
                "set password_encryption to scram-sha-256 in the server, set the password anew, and use TLS")
        case .timedOut:
            return Diagnosis(
                "the login took too long: the pooler waits for a free server connection, or the project is waking up",
                "try again in a minute; if it stays so look at the number of connections, or raise DB_CONNECT_TIMEOUT")
        case .notPostgreSQL:
            return Diagnosis(
                "DB_HOST and DB_PORT lead to another service", "use the database's host and port, not a web address")
        default:
            return Diagnosis(
                """
                the server or the pooler hung up during the login: this machine's address is not allowed, or it is \
                restarting or out of connections
                """,
                """
                allow this machine's address (Supabase: Project Settings, Database, Network Restrictions and Network \
                Bans); look into the server's and the pooler's log
                """)
        }
    }

    private static func lost(_ error: ConnectionError, _ place: Place) -> Diagnosis {
        if error.reason == .timedOut {
            return Diagnosis(
                "the statement took longer than DB_STATEMENT_TIMEOUT, or the answer got lost on the way",
                "look into pg_stat_activity what it waits for (a lock?), or raise DB_STATEMENT_TIMEOUT")
        }
        return Diagnosis(
            """
            the server, the pooler or something between ended the connection (libpq says "server closed the connection \
            unexpectedly"): a restart, an idle timeout, or a connection that was kept too long
            """,
            """
            try again; scribe-app opens a fresh connection for each request and keeps none, so if it happens often it is not \
            a stale one: look into the server's and the pooler's log, and for a proxy or NAT that cuts connections
            """)
    }
}
