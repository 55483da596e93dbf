/// A file of passwords, `.pgpass` (manual: "The Password File"): lines of `host:port:database:user:password`, of which the
/// first that matches counts.
package struct PasswordFile {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// What the file at some path has for a login.
    enum Answer {
        case password(Secret)
        case nothing
        /// There is no such file.
        case absent
        /// The file is not used, for this reason.
        case ignored(String)
    }

    /// Reads the file at `path`. As libpq, it uses none that anybody but its owner has permission for.
    static func ask(_ path: String, for endpoint: Endpoint, database: String, user: String) -> Answer {
        switch OperatingSystem.read(path) {
        case .absent: return .absent
        case .unusable(let reason): return .ignored(reason)
        case .bytes(_, isOpenToOthers: true):
            return .ignored("others than its owner have permission for it, make it private with chmod 600")
        case .bytes(let bytes, isOpenToOthers: false):
            guard let password = PasswordFile(bytes).password(for: endpoint, database: database, user: user) else {
                return .nothing
            }
            guard let text = String(validating: password, as: UTF8.self) else {
                return .ignored("the line that matches is not UTF-8")
            }
            return text.isEmpty ? .nothing : .password(Secret(text))
        }
    }

    /// The password of the first line that matches.
    package func password(for endpoint: Endpoint, database: String, user: String) -> [UInt8]? {
        guard !database.isEmpty, !user.isEmpty else { return nil }
        // The host is what was given as `host`, whatever the address.
        var hosts = [endpoint.host.isEmpty ? endpoint.address ?? "localhost" : endpoint.host]
        // The directories that libpq is built with, upstream's and Debian's, stand for localhost.
        if hosts == ["/tmp"] || hosts == ["/var/run/postgresql"] { hosts.append("localhost") }
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            var line = line
            while line.last == UInt8(ascii: "\r") { line.removeLast() }
            let rest = hosts.lazy.compactMap { Self.rest(of: line, after: $0) }.first
                .flatMap { Self.rest(of: $0, after: "\(endpoint.port)") }
                .flatMap { Self.rest(of: $0, after: database) }
                .flatMap { Self.rest(of: $0, after: user) }
            if let rest { return Self.unescaped(rest) }
        }
        return nil
    }

    /// What follows the first field, if that is `*` or `text`, in which a backslash may stand before any character.
    private static func rest(of line: ArraySlice<UInt8>, after text: String) -> ArraySlice<UInt8>? {
        let colon = UInt8(ascii: ":")
        if line.starts(with: "*:".utf8) { return line.dropFirst(2) }
        var line = line
        var expected = Substring(text).utf8
        while var byte = line.popFirst() {
            if byte == colon, expected.isEmpty { return line }
            if byte == UInt8(ascii: "\\") {
                guard let next = line.popFirst() else { return nil }
                byte = next
            }
            guard expected.popFirst() == byte else { return nil }
        }
        return nil
    }

    /// The field up to a colon, without its backslashes.
    private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
        var password: [UInt8] = []
        var field = field
        while var byte = field.popFirst(), byte != UInt8(ascii: ":") {
            if byte == UInt8(ascii: "\\"), let next = field.popFirst() { byte = next }
            password.append(byte)
        }
        return password
    }
}

extension Connection.Configuration {
    /// What ``passwordFile`` has for a login at `endpoint`.
    func answerOfPasswordFile(for endpoint: Endpoint) -> PasswordFile.Answer {
        guard !hasPassword, let path = passwordFile else { return .nothing }
        return PasswordFile.ask(path, for: endpoint, database: database ?? user, user: user)
    }

    /// This configuration with the password of ``passwordFile``, where it has none itself. Where it has, the file is
    /// left out, so that an error can tell where a password came from.
    func withPasswordOfFile(for endpoint: Endpoint) -> Connection.Configuration {
        var configuration = self
        if hasPassword {
            configuration.passwordFile = nil
        } else if case .password(let password) = answerOfPasswordFile(for: endpoint) {
            configuration.password = password
        }
        return configuration
    }

    /// Why the file of passwords was of no use, for an error of a login that lacks one.
    func complaintAboutPasswordFile(for endpoint: Endpoint) -> String? {
        guard password == nil, let path = passwordFile else { return nil }
        switch answerOfPasswordFile(for: endpoint) {
        case .ignored(let reason): return "the password file \(path.debugDescription) is not used: \(reason)"
        case .absent: return "there is no password file \(path.debugDescription)"
        case .nothing, .password: return "the password file \(path.debugDescription) has no line for it"
        }
    }
}
