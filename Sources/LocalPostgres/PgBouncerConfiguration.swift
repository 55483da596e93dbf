/// The text of PgBouncer's configuration files.
struct PgBouncerConfiguration: Sendable {
    let options: LocalPgBouncer.Options
    let cluster: LocalPostgres
    let port: Int
    let directory: String

    /// `pgbouncer.ini`.
    var text: String {
        let target = "host=\(cluster.host) port=\(cluster.port)"
        let databases =
            options.databases.isEmpty
            ? "* = \(target)\n"
            : options.databases.sorted { $0.key < $1.key }
                .map { "\($0) = \(target) dbname=\($1.quoted(by: "'"))\n" }.joined()
        var settings = [
            "listen_addr": "127.0.0.1", "listen_port": "\(port)",
            "unix_socket_dir": options.unixSocket ? directory : "",
            "auth_type": options.authenticationType.rawValue, "auth_file": "\(directory)/users.txt",
            "admin_users": cluster.user, "pool_mode": options.poolMode.rawValue,
            "default_pool_size": "\(options.poolSize)", "max_client_conn": "1000",
            "client_tls_sslmode": options.clientTLS.rawValue,
            // Nobody can eavesdrop on the connection to the cluster, so TLS would only cost time.
            "server_tls_sslmode": cluster.requiresTLS ? "require" : "disable",
        ]
        if options.clientTLS != .disable {
            settings["client_tls_cert_file"] = "\(directory)/server.crt"
            settings["client_tls_key_file"] = "\(directory)/server.key"
            settings["client_tls_ca_file"] = "\(directory)/ca.crt"
        }
        settings.merge(options.settings) { _, theirs in theirs }
        return "[databases]\n\(databases)[pgbouncer]\n"
            + settings.sorted { $0.key < $1.key }.map { "\($0) = \($1)\n" }.joined()
    }

    /// `users.txt` (`auth_file`).
    var users: String {
        options.users.merging([cluster.user: cluster.password]) { theirs, _ in theirs }
            .sorted { $0.key < $1.key }
            .map { "\($0.quoted(by: "\"")) \($1.quoted(by: "\""))\n" }.joined()
    }

    /// Throws for values that would begin another setting on a new line.
    func validate() throws {
        let names = options.users.flatMap { [$0, $1] } + options.databases.flatMap { [$0, $1] }
        for text in names + options.settings.flatMap({ [$0, $1] }) where !text.utf8.allSatisfy({ $0 >= 0x20 }) {
            throw LocalPostgresError.invalidOption("A name or setting of PgBouncer has a control character.")
        }
        // Older versions accept nothing else, quoted or not.
        for name in options.databases.keys
        where !name.unicodeScalars.allSatisfy({ $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || $0.isDigit) })
        {
            throw LocalPostgresError.invalidOption("PgBouncer cannot have a database called \(name).")
        }
        if let port = options.port, !(1...65_535).contains(port) {
            throw LocalPostgresError.invalidOption("The port must be between 1 and 65535.")
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
