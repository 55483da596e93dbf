import Testing
import TestSupport

extension DatabaseCheckTests {
    /// What a server or pooler says to the login, and what it means.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let state: String, message: String, cause: String, remedy: String
        var user = "postgres"
        var testDescription: String { message }
    }

    /// Supavisor's words of today and of before, PgBouncer's and PostgreSQL's.
    static let refusals = [
        Refusal(
            state: "XX000", message: "Tenant or user not found", cause: "DB_USER \"postgres\" does not say which",
            remedy: "DB_USER=postgres.PROJECTREF"),
        Refusal(
            state: "XX000", message: "(ENOTFOUND) tenant/user postgres.abcd not found",
            cause: "does not know the project or the role", remedy: "copy host and user", user: "postgres.abcd"),
        Refusal(
            state: "XX000",
            message: "(ENOIDENTIFIER) no tenant identifier provided (external_id or sni_hostname required)",
            cause: "does not say which", remedy: "DB_USER=postgres.PROJECTREF"),
        Refusal(
            state: "XX000", message: "(EADDRNOTALLOWED) address not in tenant allow_list: {203, 0, 113, 7}",
            cause: "not among those that the project lets in", remedy: "Network Restrictions"),
        Refusal(
            state: "XX000", message: "Address not in tenant allow_list: {203, 0, 113, 7}",
            cause: "not among those that the project lets in", remedy: "Network Restrictions"),
        Refusal(
            state: "28000",
            message:
                "no pg_hba.conf entry for host \"203.0.113.7\", user \"postgres\", database \"postgres\", SSL encryption",
            cause: "pg_hba.conf has no line", remedy: "hostssl postgres postgres ADDRESS/32 scram-sha-256"),
        Refusal(
            state: "28000",
            message:
                "no pg_hba.conf entry for host \"203.0.113.7\", user \"postgres\", database \"postgres\", no encryption",
            cause: "encrypted connections only, and DB_SSLMODE is disable", remedy: "DB_SSLMODE=require"),
        Refusal(
            state: "XX000", message: "(ESSLREQUIRED) SSL connection is required for user: postgres",
            cause: "encrypted connections only", remedy: "DB_SSLMODE=require"),
        Refusal(
            state: "XX000",
            message: "(ECIRCUITBREAKER) too many authentication failures, new connections are temporarily blocked",
            cause: "circuit breaker is open", remedy: "wait 2 minutes and try once"),
        Refusal(
            state: "XX000",
            message: "(EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15",
            cause: "as many clients are connected", remedy: "DB_PORT=6543"),
        Refusal(
            state: "XX000", message: "(EMAXCONN) max client connections reached, limit: 200",
            cause: "as many clients are connected", remedy: "pg_stat_activity"),
        Refusal(
            state: "53300", message: "remaining connection slots are reserved for roles with the SUPERUSER attribute",
            cause: "max_connections", remedy: "pg_stat_activity"),
        Refusal(
            state: "08P01", message: "no more connections allowed (max_client_conn)",
            cause: "as many clients are connected", remedy: "pg_stat_activity"),
        Refusal(
            state: "XX000",
            message:
                "(ECHECKOUTTIMEOUT) unable to check out connection from the pool after 60000ms in Transaction mode",
            cause: "server connections of the pool are in use", remedy: "idle in transaction"),
        Refusal(
            state: "28P01", message: "password authentication failed for user \"postgres\"",
            cause: "DB_PASSWORD is wrong",
            remedy: "a pooler blocks who does"),
        Refusal(
            state: "08P01", message: "SSL required", cause: "encrypted connections only", remedy: "DB_SSLMODE=require"),
        Refusal(
            state: "08P01", message: "SASL authentication failed", cause: "DB_PASSWORD is wrong", remedy: "literally"),
        Refusal(
            state: "3D000", message: "database \"postgres\" does not exist", cause: "no database \"postgres\"",
            remedy: "DB_NAME"),
        Refusal(
            state: "08P01", message: "no such database: postgres", cause: "the pooler's list lacks it",
            remedy: "DB_NAME"),
        Refusal(
            state: "57P03", message: "the database system is starting up", cause: "is starting", remedy: "wait a moment"
        ),
        Refusal(
            state: "08P01", message: "unsupported startup parameter: search_path", cause: "does not take a setting",
            remedy: "`options`"),
    ]
}
