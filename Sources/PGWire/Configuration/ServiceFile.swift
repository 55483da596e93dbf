/// Connection parameters under a name, in a file (manual: "The Connection Service File").
package struct ServiceFile {
    private let path: String
    private let bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// The parameters of the first section with this name; nil when there is none. As libpq, it takes the first of several
    /// values, and no spaces around `=`.
    package func section(_ name: String) -> ConnectionParameters? {
        var parameters: ConnectionParameters?
        let header = "[\(name)]"
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let text = line.trimmingSpaces
            guard let first = text.first, first != UInt8(ascii: "#") else { continue }
            if first == UInt8(ascii: "[") {
                if parameters != nil { break }
                if text.starts(with: header.utf8) { parameters = ConnectionParameters() }
            } else if parameters != nil {
                read(text, number: index + 1, into: &parameters)
            }
        }
        return parameters
    }

    private func read(_ line: ArraySlice<UInt8>, number: Int, into parameters: inout ConnectionParameters?) {
        let place = "line \(number) of the service file \(path.debugDescription)"
        guard !line.starts(with: "ldap".utf8) else {
            parameters?.addSyntaxProblem("\(place) asks for LDAP, which is not supported")
            return
        }
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
            parameters?.addSyntaxProblem("\(place) has no \"=\": write name=value")
            return
        }
        guard let name = String(validating: line[..<equals], as: UTF8.self),
            let value = String(validating: line[(equals + 1)...], as: UTF8.self), !value.utf8.contains(0)
        else {
            parameters?.addSyntaxProblem("\(place) is not text in UTF-8")
            return
        }
        switch ConnectionKeyword(rawValue: name) {
        case .service?, .servicefile?:
            parameters?.addSyntaxProblem("\(place) names another service, which is not possible")
        case let keyword?:
            if parameters?[keyword] == nil { parameters?.set(keyword, to: value, source: place) }
        case nil:
            let spaces = name.utf8.last?.isSpace == true ? ": write no spaces around \"=\"" : ""
            let advice = ConnectionKeyword.advice(for: name).map { ": \($0)" } ?? ""
            parameters?.addSyntaxProblem("\(place) has an unknown parameter\(spaces.isEmpty ? advice : spaces)")
        }
    }
}

extension ConnectionParameters {
    /// The parameters of the service that `self` or the environment names; none when neither does. Problems are among its
    /// problems.
    func service(_ environment: Connection.Configuration.Environment?) -> ConnectionParameters {
        guard let name = self[.service] ?? environment?.variables["PGSERVICE"] else { return ConnectionParameters() }
        var paths: [(path: String, mustExist: Bool)] = []
        if let path = self[.servicefile] ?? environment?.variables["PGSERVICEFILE"] {
            paths.append((path, true))
        } else if let home = environment == nil ? OperatingSystem.homeDirectory : environment?.homeDirectory {
            paths.append(("\(home)/.pg_service.conf", false))
        }
        // Debian's place for it where no other is said.
        let directory = environment?.variables["PGSYSCONFDIR"] ?? "/etc/postgresql-common"
        paths.append(("\(directory)/pg_service.conf", false))
        for (path, mustExist) in paths {
            switch OperatingSystem.read(path) {
            case .bytes(let bytes, _):
                if let section = ServiceFile(path: path, bytes: bytes).section(name) { return section }
            case .absent:
                if mustExist { return .failed("there is no service file \(path.debugDescription)") }
            case .unusable(let reason):
                return .failed("the service file \(path.debugDescription) cannot be read: \(reason)")
            }
        }
        let searched = paths.map(\.path.debugDescription).joined(separator: " and ")
        // The name is not shown where it may be part of a badly encoded password.
        let shown = values[.service]?.mayBeShown ?? true ? "the service \(name.debugDescription)" : "the service"
        return .failed("\(shown) is not in \(searched)")
    }

    private static func failed(_ problem: String) -> ConnectionParameters {
        var parameters = ConnectionParameters()
        parameters.addSyntaxProblem(problem)
        return parameters
    }
}

extension ArraySlice<UInt8> {
    /// Without the spaces at both ends.
    fileprivate var trimmingSpaces: ArraySlice<UInt8> {
        var rest = drop(while: \.isSpace)
        while let last = rest.last, last.isSpace { rest.removeLast() }
        return rest
    }
}
