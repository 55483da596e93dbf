extension ParameterReader {
    /// The TLS settings of the `ssl…` parameters.
    mutating func tls(for endpoints: [Endpoint]) -> Connection.Configuration.TLS {
        var tls = Connection.Configuration.TLS.default(for: endpoints)
        let mode = choice(.sslmode, SSLMode.self)
        if let mode { tls.mode = mode }
        switch text(.sslrootcert) {
        case nil: break
        case "system":
            // Anybody can get a certificate from a public authority, so without the name's check it proves nothing.
            tls.mode = .verifyFull
            if let mode, mode != .verifyFull {
                add("sslmode=\(mode.rawValue) is too weak for sslrootcert=system: write sslmode=verify-full")
            }
        case let file?:
            tls.trustRoots = .file(file)
            // libpq: whoever names an authority wants it checked (manual: "require … behaves like verify-ca").
            if tls.mode == .require { tls.mode = .verifyCA }
        }
        tls.certificateFile = text(.sslcert)
        tls.privateKeyFile = text(.sslkey)
        tls.privateKeyPassword = secret(.sslpassword)
        if (tls.certificateFile == nil) != (tls.privateKeyFile == nil) {
            add("sslcert and sslkey belong together: give both files or neither")
        }
        if let text = text(.sslsni) {
            tls.sendsServerName = text != "0"
            if text != "0" && text != "1" { reject(.sslsni, expected: "0 or 1") }
        }
        tls.minimumVersion = version(.sslMinProtocolVersion) ?? tls.minimumVersion
        tls.maximumVersion = version(.sslMaxProtocolVersion)
        if let maximum = tls.maximumVersion, maximum < tls.minimumVersion {
            add("ssl_min_protocol_version is newer than ssl_max_protocol_version: no version is left")
        }
        if let negotiation = choice(.sslnegotiation, Connection.Configuration.TLS.Negotiation.self) {
            tls.negotiation = negotiation
            if let problem = tls.problem { add(problem) }
        }
        require(.gssencmode, in: ["disable", "prefer"], notYet: ["require"])
        return tls
    }

    /// The version, in any case, as in libpq.
    private mutating func version(_ keyword: ConnectionKeyword) -> Connection.Configuration.TLS.Version? {
        guard let text = text(keyword) else { return nil }
        let version = Connection.Configuration.TLS.Version.allCases.first {
            $0.rawValue.lowercased() == text.lowercased()
        }
        if version == nil { reject(keyword, expected: "TLSv1.2 or TLSv1.3") }
        return version
    }
}
