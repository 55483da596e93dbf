/// Reads `postgres://user:password@host:port,host:port/dbname?parameter=value` (manual: "Connection URIs").
///
/// The rules are libpq's, not RFC 3986's: `+` and `#` are ordinary characters, the user and password end at the first
/// `@` before the first `/`, and several hosts may be given.
struct ConnectionURI {
    private let bytes: [UInt8]
    /// The parameters parsed so far.
    private(set) var parameters = ConnectionParameters()
    /// Text before the last `@` may be part of a password with an unencoded `@` or `/`: errors do not quote it.
    private let lastAt: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        lastAt = bytes.lastIndex(of: UInt8(ascii: "@")) ?? 0
    }

    /// The length of `postgres://` or `postgresql://`, if the text begins so.
    static func prefixLength(_ bytes: [UInt8]) -> Int? {
        ["postgresql://", "postgres://"].first { bytes.starts(with: $0.utf8) }?.utf8.count
    }

    /// Parses everything after the prefix.
    mutating func parse(from start: Int) {
        var position = start
        let userinfoEnd = firstIndex(of: "@/", from: start)
        if userinfoEnd < bytes.count, bytes[userinfoEnd] == UInt8(ascii: "@") {
            readUserinfo(start..<userinfoEnd)
            position = userinfoEnd + 1
        }
        // libpq would use the rest of the password as the host.
        guard !bytes[position..<firstIndex(of: "?", from: position)].contains(UInt8(ascii: "@")) else {
            parameters.addSyntaxProblem(
                "the URI has an \"@\" where none can be: write the characters : / ? # @ of a user name or password as "
                    + "%XX (\"@\" as %40, \"/\" as %2F), and so an \"@\" of a host or database")
            return
        }
        guard let authorityEnd = readHosts(from: position) else { return }
        position = authorityEnd
        if position < bytes.count, bytes[position] == UInt8(ascii: "/") {
            let end = firstIndex(of: "?", from: position)
            store(.dbname, bytes[position + 1..<end])
            position = end
        }
        if position < bytes.count { readQuery(from: position + 1) }
    }

    private mutating func readUserinfo(_ range: Range<Int>) {
        let userEnd = min(firstIndex(of: ":", from: range.lowerBound), range.upperBound)
        store(.user, bytes[range.lowerBound..<userEnd])
        if userEnd < range.upperBound { store(.password, bytes[userEnd + 1..<range.upperBound]) }
    }

    /// Parses `host:port,host:port` and returns the end; nil when that is ambiguous.
    private mutating func readHosts(from start: Int) -> Int? {
        var hosts: [UInt8] = []
        var ports: [UInt8] = []
        var position = start
        while true {
            var host = position..<firstIndex(of: ":/?,", from: position)
            position = host.upperBound
            if host.lowerBound < bytes.count, bytes[host.lowerBound] == UInt8(ascii: "[") {
                let close = firstIndex(of: "]", from: host.lowerBound)
                host = host.lowerBound + 1..<close
                position = close + 1
                guard close < bytes.count, !host.isEmpty, firstIndex(of: ":/?,", from: position) == position else {
                    parameters.addSyntaxProblem(
                        "the URI's IPv6 address is not written as [address] and then nothing or one of : , / ?")
                    return nil
                }
            }
            hosts += bytes[host]
            if position < bytes.count, bytes[position] == UInt8(ascii: ":") {
                let end = firstIndex(of: "/?,", from: position + 1)
                ports += bytes[position + 1..<end]
                position = end
            }
            guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { break }
            hosts.append(UInt8(ascii: ","))
            ports.append(UInt8(ascii: ","))
            position += 1
        }
        // Decoded only now, so that a %2C separates hosts too, as in libpq.
        store(.host, hosts[...])
        store(.port, ports[...])
        return position
    }

    private mutating func readQuery(from start: Int) {
        var position = start
        while position < bytes.count {
            let end = firstIndex(of: "&", from: position)
            let parts = bytes[position..<end].split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
            let name = decode(parts[0], as: "a parameter's name")
            let label = name.flatMap(ConnectionKeyword.init(rawValue:))?.rawValue ?? "a parameter"
            if parts.count != 2 {
                parameters.addSyntaxProblem(
                    parts.count < 2
                        ? "the URI's query has a part without \"=\" (\(ConnectionParameters.notShown))"
                        : "the URI's query has a second \"=\" in the value of \(label): write it as %3D")
            } else if let name, let value = decode(parts[1], as: label) {
                if name == "ssl", value == "true" {  // JDBC's parameter, which libpq accepts as well
                    parameters.set(.sslmode, to: SSLMode.require.rawValue)
                } else {
                    parameters.set(name: name, to: value, mayBeShown: position > lastAt)
                }
            }
            parameters.doubtNames(after: name)
            position = end + 1
        }
    }

    /// Stores a part before the query. Errors do not quote it, as it may be part of a password.
    private mutating func store(_ keyword: ConnectionKeyword, _ encoded: ArraySlice<UInt8>) {
        guard !encoded.isEmpty, let text = decode(encoded, as: keyword.rawValue) else { return }
        parameters.set(keyword, to: text, mayBeShown: false)
    }

    /// The decoded text; nil after noting a problem.
    private mutating func decode(_ encoded: ArraySlice<UInt8>, as name: String) -> String? {
        do throws(PercentDecoding.Failure) {
            return try PercentDecoding.decode(encoded)
        } catch {
            parameters.addSyntaxProblem("in the URI's \(name), \(error.sentence)")
            return nil
        }
    }

    /// The first index at or after `start` of one of these ASCII characters, or the end.
    private func firstIndex(of characters: String, from start: Int) -> Int {
        bytes[min(start, bytes.count)...].firstIndex { characters.utf8.contains($0) } ?? bytes.count
    }
}
