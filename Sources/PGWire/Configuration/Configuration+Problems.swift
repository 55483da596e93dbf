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
        if let pooler = endpoints.first(where: \.seemsToBeAPooler) {
            problems.append("eagerStart is not for poolers, as which \(pooler) is known: turn it off")
        }
        return problems
    }
}

extension Endpoint {
    /// Whether this is the usual address of a pooler: a name such as `aws-0-eu-central-1.pooler.example.com`, Supabase's
    /// port, or PgBouncer's.
    fileprivate var seemsToBeAPooler: Bool {
        unixSocketPath == nil && (port == 6543 || port == 6432 || host.lowercased().contains("pooler"))
    }
}
