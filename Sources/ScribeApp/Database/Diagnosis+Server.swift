import PGSchemaMigrations
import PGSchemaSQL
import PGWire

/// What servers and poolers say when they refuse.
///
/// Supavisor and PgBouncer have messages of their own, most under one and the same SQLSTATE (XX000, 08P01), so the text
/// counts there. Supavisor puts a word of its own in front, as in `(EMAXCONN) max client connections reached`.
extension Diagnosis {
    init(server error: ServerError, _ place: Place) {
        let text = error.message.lowercased()
        func says(_ parts: String...) -> Bool { parts.contains { text.contains($0.lowercased()) } }
        self =
            if says("ECIRCUITBREAKER", "circuit breaker", "connections are temporarily blocked") {
                Self.blocked
            } else if says("tenant or user not found", "ENOTFOUND", "no tenant identifier", "ENOIDENTIFIER") {
                Self.unknownTenant(place)
            } else if says("allow_list", "EADDRNOTALLOWED") {
                Self.addressNotAllowed
            } else if says("ssl connection is required", "ESSLREQUIRED", "ssl required", "no encryption") {
                Self.unencrypted(place)
            } else if says("no pg_hba.conf entry") {
                Self.notInHBA(place)
            } else if error.sqlState == .tooManyConnections || error.sqlState == .init(rawValue: "53400")
                || says(
                    "EMAXCONN", "max clients reached", "max_client_conn", "remaining connection slots",
                    "too many connections", "no more connections allowed", "EMAXPOOLSREACHED")
            {
                Self.tooMany(place)
            } else if says("ECHECKOUTTIMEOUT", "unable to check out", "query_wait_timeout") {
                Self.poolBusy
            } else if error.sqlState == .invalidCatalogName
                || says("no such database", "database \"\(place.database)\" does not")
            {
                Self.noDatabase(place)
            } else if says("startup parameter") {
                Self.startupParameter
            } else if error.sqlState == .invalidPassword
                || says(
                    "password authentication failed", "SASL authentication failed",
                    "EWRONGPASSWORD", "wrong password", "EINVALIDUSERINFO", "no such user")
            {
                Self.wrongPassword(place)
            } else {
                Self.bySQLState(error, place)
            }
    }

    private static let blocked = Diagnosis(
        "the pooler's circuit breaker is open: after 10 failed logins within 150 s it blocks new ones for about 2 minutes",
        """
        stop whatever goes on trying with a wrong password, correct it, wait 2 minutes and try once (scribe-app itself never \
        repeats a refused login)
        """)

    private static func unknownTenant(_ place: Place) -> Diagnosis {
        if !place.user.contains(bytesOf: ".") {
            return Diagnosis(
                "the pooler serves many projects, and DB_USER \"\(place.user)\" does not say which",
                "set DB_USER=\(place.user).PROJECTREF, as the dashboard shows under Connect, Transaction pooler")
        }
        return Diagnosis(
            """
            the pooler does not know the project or the role in DB_USER "\(place.user)": the reference is misspelt, the \
            project is in another region (another aws-…pooler host), or it is paused
            """,
            "copy host and user from the dashboard, Connect, Transaction pooler, and see that the project is active")
    }

    private static let addressNotAllowed = Diagnosis(
        "this machine's address is not among those that the project lets in",
        "add it in Supabase's dashboard: Project Settings, Database, Network Restrictions")

    private static func unencrypted(_ place: Place) -> Diagnosis {
        Diagnosis(
            "the server takes encrypted connections only, and DB_SSLMODE is \(place.tls.rawValue)",
            "set DB_SSLMODE=require, or better verify-full with DB_SSLROOTCERT")
    }

    private static func notInHBA(_ place: Place) -> Diagnosis {
        Diagnosis(
            """
            the server's pg_hba.conf has no line that lets the role "\(place.user)" from this machine into the database \
            "\(place.database)"
            """,
            "add a line to pg_hba.conf (`hostssl \(place.database) \(place.user) ADDRESS/32 scram-sha-256`) and reload it"
        )
    }

    private static func tooMany(_ place: Place) -> Diagnosis {
        switch place.pooling {
        case .session:
            Diagnosis(
                "port 5432 of a pooler is its session mode: each client keeps a server connection, and all are taken",
                "set DB_PORT=6543, the transaction mode, which many clients share")
        case .transaction:
            Diagnosis(
                "as many clients are connected as the pooler allows",
                "stop clients that keep connections, or raise the pooler's limit (Supabase: Database Settings, Pool Size)"
            )
        case .direct:
            Diagnosis(
                "as many clients are connected as the server (max_connections), the database or the role allows",
                """
                look who it is in pg_stat_activity; connect through the transaction pooler (DB_PORT=6543), which many clients \
                share
                """)
        }
    }

    private static let poolBusy = Diagnosis(
        "all server connections of the pool are in use, or it is paused or cannot reach its server: none came free in time",
        "look for long transactions in pg_stat_activity (state \"idle in transaction\"), or raise the pool's size")

    private static func noDatabase(_ place: Place) -> Diagnosis {
        Diagnosis(
            "there is no database \"\(place.database)\" on that server, or the pooler's list lacks it",
            "correct DB_NAME (on Supabase it is postgres), or make it: CREATE DATABASE \(place.database)")
    }

    private static let startupParameter = Diagnosis(
        "the pooler does not take a setting that was sent at the start",
        "remove `options` and the like; scribe-app itself sends none that poolers refuse")

    private static func wrongPassword(_ place: Place) -> Diagnosis {
        Diagnosis(
            "DB_PASSWORD is wrong, or there is no role \"\(place.user)\" (the server does not say which)",
            """
            set DB_PASSWORD literally, without percent-encoding (in .env in single quotes); on Supabase it is the database's \
            password, which can be reset in Project Settings, Database. Do not try often: a pooler blocks who does
            """)
    }

    static let readOnly = Diagnosis(
        "the server is a standby, or the role or the database is set to read only, as Supabase does when the disk is full",
        "use the primary's host; on Supabase look at the disk's size in Database Settings, and make room or enlarge it")

    private static func bySQLState(_ error: ServerError, _ place: Place) -> Diagnosis {
        switch error.sqlState {
        case .invalidAuthorizationSpecification:
            Diagnosis(
                "the role \"\(place.user)\" does not exist, or may not log in",
                "correct DB_USER, or make the role: CREATE ROLE \(place.user) LOGIN PASSWORD '…'")
        case .cannotConnectNow:
            Diagnosis("the server is starting, stopping or recovering", "wait a moment and try again")
        case .adminShutdown, .crashShutdown:
            Diagnosis(
                "the server, or somebody by pg_terminate_backend, ended the connection",
                "try again; if it happens often look into the server's log")
        case .queryCanceled:
            Diagnosis(
                "the statement took longer than a timeout allows (DB_STATEMENT_TIMEOUT, or the role's own)",
                "look into pg_stat_activity what it waits for (a lock?), or raise the timeout")
        case .insufficientPrivilege:
            Diagnosis(
                "the role \"\(place.user)\" lacks a right that scribe-app needs",
                "use the role that owns the tables, or GRANT it CONNECT on the database and rights on the tables")
        case .readOnlySqlTransaction:
            Self.readOnly
        default:
            Diagnosis(
                "the server refuses for the reason that it gives", "look into the server's and the pooler's log")
        }
    }

    init(migration error: MigrationError) {
        self =
            switch error {
            case .unknownVersion:
                Diagnosis(
                    "the schema is newer than this program, or of another application",
                    "deploy the newer program; never `migrate stamp` this away")
            case .versionTableIsNone:
                Diagnosis(
                    "what is named alembic_version is not the migrator's table",
                    "find out who made it and why, and drop it")
            case .versionTableOfAnother, .versionTableHasPolicies:
                Diagnosis(
                    "alembic_version is another role's, or hidden from this one", "connect as the role that migrates")
            case .severalVersions:
                Diagnosis(
                    "alembic_version holds several rows, which two programs wrote without seeing each other",
                    "find out which revision the schema really has, and delete the other rows")
            default:
                Diagnosis("this program's own revisions are not in order", "build it again from a clean checkout")
            }
    }
}
