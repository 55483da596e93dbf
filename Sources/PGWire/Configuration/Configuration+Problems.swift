extension Configuration {
    /// What does not go together in it, a sentence each.
    var problems: [String] {
        var problems: [String] = []
        if let problem = tls.problem { problems.append(problem) }
        guard eagerStart else { return problems }
        if !tls.mode.verifiesCertificate {
            problems.append(
                "eagerStart needs sslmode=verify-ca or verify-full, as the first statement is sent before the server has "
                    + "proved that it knows the password")
        }
        for endpoint in endpoints {
            let profile = Profile(endpoint, said: profile)
            guard profile.kind != .direct else { continue }
            problems.append(
                "eagerStart is for PostgreSQL itself, but \(endpoint) is taken for a pooler, as \(profile.reason): turn it off, or "
                    + "set profile to direct")
        }
        return problems
    }
}
