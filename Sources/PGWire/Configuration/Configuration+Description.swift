extension Connection.Configuration: CustomStringConvertible {
    /// A connection string with the servers, user, database and `sslmode`, without secrets.
    public var description: String {
        let hosts = endpoints.map { endpoint in
            let host = PercentDecoding.encode(endpoint.host, colonsStay: true)
            return "\(host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host):\(endpoint.port)"
        }
        var text = "postgres://\(PercentDecoding.encode(user))@\(hosts.joined(separator: ","))"
        if let database { text += "/\(PercentDecoding.encode(database))" }
        text += "?sslmode=\(tls.mode.rawValue)"
        if tls.negotiation != .postgres { text += "&sslnegotiation=\(tls.negotiation.rawValue)" }
        if endpoints.contains(where: { $0.address != nil }) {
            let addresses = endpoints.map { PercentDecoding.encode($0.address ?? "", colonsStay: true) }
            text += "&hostaddr=\(addresses.joined(separator: ","))"
        }
        if targetSession != .any { text += "&target_session_attrs=\(targetSession.rawValue)" }
        if loadBalancing != .disable { text += "&load_balance_hosts=\(loadBalancing.rawValue)" }
        return text
    }
}
