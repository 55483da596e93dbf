extension Connection.Configuration {
    /// Settings that contradict each other, one sentence each.
    var problems: [String] {
        var problems = tcp.problems
        if let problem = tls.problem { problems.append(problem) }
        if let maximum = maximumProtocolVersion, maximum < minimumProtocolVersion {
            problems.append(
                "min_protocol_version=\(minimumProtocolVersion.rawValue) is newer than "
                    + "max_protocol_version=\(maximum.rawValue)")
        }
        guard eagerStart else { return problems }
        if !tls.mode.verifiesCertificate {
            problems.append(
                "eagerStart needs sslmode=verify-ca or verify-full, as the first statement is sent before the server has "
                    + "proved that it knows the password")
        }
        for endpoint in endpoints {
            let poolerMode = PoolerMode(endpoint, configured: poolerMode)
            guard poolerMode.kind != .direct else { continue }
            problems.append(
                "eagerStart is for PostgreSQL itself, but \(endpoint) is taken for a pooler, as \(poolerMode.reason): turn it off, or "
                    + "set poolerMode to direct")
        }
        return problems
    }

    /// The oldest version of the protocol that will do, and the one to ask for, by libpq's rules.
    var protocolVersions: ClosedRange<ProtocolVersion> {
        let maximum = maximumProtocolVersion ?? (minimumProtocolVersion > .v30 ? .latest : .v30)
        return min(minimumProtocolVersion, maximum)...maximum
    }
}
