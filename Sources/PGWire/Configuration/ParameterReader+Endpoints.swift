extension ParameterReader {
    /// The servers of `host`, `hostaddr` and `port`, which are lists of the same length; one port is for all hosts.
    mutating func endpoints() -> [Endpoint] {
        let hosts = list(.host)
        let addresses = list(.hostaddr)
        let ports = list(.port)
        let count = max(hosts.count, addresses.count, 1)
        guard count <= Self.maximumEndpoints else {
            add("there are \(count) hosts, and at most \(Self.maximumEndpoints) are tried")
            return []
        }
        if !hosts.isEmpty, !addresses.isEmpty, hosts.count != addresses.count {
            add("hostaddr lists \(addresses.count) addresses for \(hosts.count) hosts: give one each, or empty")
        }
        if ports.count > 1, ports.count != count {
            add("port lists \(ports.count) ports for \(count) hosts: give one port, or one for each host")
        }
        if !addresses.allSatisfy(\.isNumericAddressOrEmpty) {
            reject(.hostaddr, expected: "IP addresses such as 192.0.2.1 or 2001:db8::1 (a name goes to \"host\")")
        }
        let numbers = portNumbers(ports)
        return (0..<count).map { index in
            let address = index < addresses.count && !addresses[index].isEmpty ? addresses[index] : nil
            let host = index < hosts.count && !hosts[index].isEmpty ? hosts[index] : address ?? "localhost"
            let port = numbers.count == 1 ? numbers[0] : index < numbers.count ? numbers[index] : 5432
            return Endpoint(host: host, port: port, address: address)
        }
    }

    /// Each takes its time to be tried.
    private static let maximumEndpoints = 256

    private mutating func portNumbers(_ ports: [String]) -> [UInt16] {
        let numbers = ports.map { $0.isEmpty ? 5432 : Self.integer($0).flatMap(UInt16.init(exactly:)) ?? 0 }
        if numbers.contains(0) { reject(.port, expected: "a number from 1 to 65535, or one for each host") }
        return numbers
    }
}

extension String {
    /// Whether this is empty or consists of the characters of IPv4 or IPv6 addresses; resolving it checks the rest.
    fileprivate var isNumericAddressOrEmpty: Bool {
        let number = utf8.prefix { $0 != UInt8(ascii: "%") }  // the zone follows, as in fe80::1%eth0
        guard number.contains(UInt8(ascii: ":")) else {
            return utf8.allSatisfy { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        return number.allSatisfy { ":.0123456789abcdefABCDEF".utf8.contains($0) }
    }
}
