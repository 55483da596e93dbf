import PGSchemaMigrations
import PGSchemaSQL
package import PGWire

/// What an error of the database means for Scribe's operator: why it happens, and what to do.
package struct Diagnosis: Sendable, Hashable {
    /// Why it happened.
    package var cause: String
    /// What to do about it.
    package var remedy: String

    init(_ cause: String, _ remedy: String) {
        self.cause = cause
        self.remedy = remedy
    }

    /// What `error` means where `configuration` was tried.
    package init(of error: any Error, _ configuration: Connection.Configuration, _ pooling: Pooling) {
        let place = Place(configuration, pooling)
        self =
            switch error {
            case PostgresError.connection(let error): Diagnosis(connection: error, place)
            case PostgresError.server(let error): Diagnosis(server: error, place)
            case PostgresError.commitOutcomeUnknown(let error): Diagnosis(connection: error, place)
            case is DatabaseCheck.ReadOnly: Self.readOnly
            case let error as MigrationError: Diagnosis(migration: error)
            case is RevisionStatus.Outdated:
                Diagnosis(
                    "the program is newer than the schema: its migrations were not run here",
                    "run `scribe-app migrate upgrade`, or deploy the program that belongs to this schema")
            default:
                Diagnosis("not one of the usual ones", "read the message; `scribe-app db info` shows the settings")
            }
    }

    /// Where a connection was to lead.
    struct Place {
        let host: String
        let port: UInt16
        let user: String
        let database: String
        let tls: SSLMode
        let pooling: Pooling

        init(_ configuration: Connection.Configuration, _ pooling: Pooling) {
            host = configuration.endpoints.first?.host ?? ""
            port = configuration.endpoints.first?.port ?? 0
            user = configuration.user
            database = configuration.database ?? configuration.user
            tls = configuration.tls.mode
            self.pooling = pooling
        }

        /// Supabase's server itself, `db.REF.supabase.co`, whose name has an IPv6 address only.
        var isSupabaseServer: Bool {
            let name = host.lowercased()
            return name.starts(withBytesOf: "db.")
                && (name.ends(withBytesOf: ".supabase.co") || name.ends(withBytesOf: ".supabase.com"))
        }

        /// Supabase's shared pooler, `aws-0-REGION.pooler.supabase.com`.
        var isSupabasePooler: Bool { host.lowercased().ends(withBytesOf: ".pooler.supabase.com") }

        var looksLikePooler: Bool { pooling != .direct || Pooling.looksLikePooler(host) }
    }
}
