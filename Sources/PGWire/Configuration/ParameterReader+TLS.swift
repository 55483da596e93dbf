extension ParameterReader {
    /// The TLS settings of the `ssl…` parameters.
    mutating func tls(for endpoints: [Endpoint]) -> Connection.Configuration.TLS {
        var tls = Connection.Configuration.TLS.default(for: endpoints)
        let mode = choice(.sslmode, SSLMode.self)
        if let mode { tls.mode = mode }
        switch text(.sslrootcert) {
        case nil: break
        case "system":
            // Anybody can get a certificate of a public authority, so it means nothing unless its name is checked.
            tls.mode = .verifyFull
            if let mode, mode != .verifyFull {
                add("sslmode=\(mode.rawValue) is too weak for sslrootcert=system: write sslmode=verify-full")
            }
        case let file?:
            tls.trustRoots = .file(file)
            // As libpq (manual: "if a root CA file exists, the behavior of sslmode=require will be the same as that of
            // verify-ca").
            if tls.mode == .require { tls.mode = .verifyCA }
        }
        tls.certificateFile = text(.sslcert)
        tls.privateKeyFile = text(.sslkey)
        tls.privateKeyPassword = secret(.sslpassword)
        tls.revocationListFile = text(.sslcrl)
        tls.revocationListDirectory = text(.sslcrldir)
        tls.keyLogFile = text(.sslkeylogfile)
        if let mode = choice(.sslcertmode, Connection.Configuration.TLS.CertificateMode.self) {
            tls.certificateMode = mode
            if mode == .require, tls.certificateFile == nil {
                add("sslcertmode=require needs a certificate: give sslcert and sslkey")
            }
        }
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
