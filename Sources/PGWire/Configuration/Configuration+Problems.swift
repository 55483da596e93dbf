extension Connection.Configuration {
    /// Settings that contradict each other, one sentence each.
    var problems: [String] {
        var problems = tcp.problems
        if let problem = tls.problem { problems.append(problem) }
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
}
