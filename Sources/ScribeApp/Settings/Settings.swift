import PGSchemaSQL

/// What the environment and `.env` say about server and database.
package struct Settings: Sendable {
    /// Nil when no `DB_*` setting is there in development: then scribe-app runs a PostgreSQL of its own.
    package var database: DatabaseSettings?
    /// `development` and `production` mean something, in any letter case; echoed as it was given.
    package var environment = "development"
    /// Whether ``environment`` was said, and is not just the default.
    package var isEnvironmentGiven = false
    package var debug = false
    package var host = "0.0.0.0"
    /// 0 lets the system choose.
    package var port: UInt16 = 8000
    /// How many clients may be connected at once.
    package var maximumConnections = 1024
    /// For how many seconds a client may take over a request or its answer, or keep a connection without one.
    package var requestTimeout = 15
    package var allowedOrigins = ["http://localhost:3000", "https://scribe.manitmishra.com"]
    package var logLevel = LogLevel.info
    /// What is odd but works, one sentence each.
    package var warnings: [String] = []

    package var isDevelopment: Bool { environment.lowercased() == "development" }
    package var isProduction: Bool { environment.lowercased() == "production" }

    /// Reads every setting.
    ///
    /// - Throws: ``SettingsError`` with all problems at once.
    package init(from source: SettingsSource) throws(SettingsError) {
        var reader = SettingsReader(source: source)
        warnings = source.warnings
        if let given = reader.text("ENVIRONMENT") {
            environment = given
            isEnvironmentGiven = true
        }
        let isProduction = isProduction
        if isDevelopment, !DatabaseSettings.names.contains(where: { source[$0] != nil }) {
            database = nil
        } else {
            database = reader.database(isProduction: isProduction)
        }
        debug = reader.boolean("DEBUG") ?? debug
        host = reader.text("HOST", required: false, blank: false) ?? host
        port = reader.integer("PORT", in: 0...65535, unit: "a port").map { UInt16($0) } ?? port
        maximumConnections =
            reader.integer("HTTP_MAX_CONNECTIONS", in: 1...65535, unit: "a number of connections") ?? maximumConnections
        requestTimeout =
            reader.integer("HTTP_REQUEST_TIMEOUT", in: 1...3600, unit: "a number of seconds") ?? requestTimeout
        allowedOrigins = reader.list("ALLOWED_ORIGINS") ?? allowedOrigins
        logLevel = reader.logLevel("LOG_LEVEL") ?? logLevel
        warnings += reader.warnings + originWarnings
        guard reader.problems.isEmpty else { throw SettingsError(problems: reader.problems, warnings: warnings) }
    }

    private var originWarnings: [String] {
        allowedOrigins.compactMap { origin in
            if origin == "*" { return isProduction ? "ALLOWED_ORIGINS holds * in production" : nil }
            if !origin.contains(bytesOf: "://") {
                return "ALLOWED_ORIGINS: \(origin) has no scheme and will match no browser"
            }
            if origin.ends(withBytesOf: "/") {
                return "ALLOWED_ORIGINS: \(origin) ends with a slash and will match no browser"
            }
            return nil
        }
    }
}

extension DatabaseSettings {
    /// The variables that say something about the database, in the order in which problems are listed.
    package static let names = [
        "DB_USER", "DB_PASSWORD", "DB_NAME", "DB_HOST", "DB_PORT", "DB_CONNECT_TIMEOUT", "DB_STATEMENT_TIMEOUT",
        "DB_SSLMODE", "DB_SSLROOTCERT", "DB_REQUIRE_AUTH",
    ]
}
