/// The text of a server's configuration files.
struct ServerConfiguration: Sendable {
    let options: LocalPostgres.Options
    let isDurable: Bool
    /// The directory of the certificates; nil without TLS.
    let certificates: String?

    /// The settings included at the end of `postgresql.conf`. Small, as many servers may run on one computer.
    var settings: String {
        var settings = [
            "logging_collector": "off", "log_destination": "stderr",
            "log_line_prefix": "%m [%p] %q%u@%d ",
            "max_connections": "100", "shared_buffers": "32MB", "jit": "off",
            "password_encryption": options.authenticationMethod == .md5 ? "md5" : "scram-sha-256",
        ]
        if !isDurable {
            for name in ["fsync", "full_page_writes", "synchronous_commit"] { settings[name] = "off" }
        }
        if let certificates {
            settings["ssl"] = "on"
            settings["ssl_cert_file"] = "\(certificates)/server.crt"
            settings["ssl_key_file"] = "\(certificates)/server.key"
            // So that pg_hba.conf can use clientcert.
            settings["ssl_ca_file"] = "\(certificates)/ca.crt"
        }
        settings.merge(options.settings) { _, theirs in theirs }
        return "# Written anew at every start.\n"
            + settings.sorted { $0.key < $1.key }.map { "\($0) = \(Self.quoted($1))\n" }.joined()
    }

    /// `pg_hba.conf`: this computer only.
    var hba: String {
        let method = options.authenticationMethod.rawValue
        let type = certificates != nil && options.tls == .required ? "hostssl" : "host"
        let own = ["local all all \(method)", "\(type) all all 127.0.0.1/32 \(method)"]
        let replication = ["local replication all \(method)", "\(type) replication all 127.0.0.1/32 \(method)"]
        return (["# Written anew at every start."] + options.hbaLines + own + replication)
            .joined(separator: "\n") + "\n"
    }

    /// A value in the configuration file's syntax.
    static func quoted(_ value: String) -> String {
        value.unicodeScalars.map { $0 == "\\" ? "\\\\" : String($0) }.joined().quoted(by: "'")
    }
}
