import FoundationEssentials
import PGSchemaReports
import PGSchemaSQL
import PGWire

/// Turns text into settings and collects what is wrong instead of stopping at the first problem.
struct SettingsReader {
    let source: SettingsSource
    private(set) var problems: [SettingsProblem] = []
    private(set) var warnings: [String] = []

    init(source: SettingsSource) { self.source = source }

    mutating func text(_ name: String, required: Bool = false, blank: Bool = true) -> String? {
        guard let value = source[name] else {
            if required { reject(name, "is missing") }
            return nil
        }
        guard blank || !value.trimmed.isEmpty else {
            reject(name, "is blank")
            return nil
        }
        return value
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>, unit: String) -> Int? {
        guard let text = source[name] else { return nil }
        let digits = text.trimmed
        guard let value = Int(digits), range.contains(value) else {
            reject(name, "must be \(unit) from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
            return nil
        }
        return value
    }

    mutating func boolean(_ name: String) -> Bool? {
        guard let text = source[name] else { return nil }
        switch text.lowercased() {
        case "true", "t", "yes", "y", "on", "1": return true
        case "false", "f", "no", "n", "off", "0": return false
        default:
            reject(name, "must be true or false, not \"\(text)\"")
            return nil
        }
    }

    func list(_ name: String) -> [String]? {
        source[name].map { text in
            text.split(at: ",").map(\.trimmed).filter { !$0.isEmpty }
        }
    }

    /// Python's words. One that is not known is a warning only: the original takes any text here.
    mutating func logLevel(_ name: String) -> LogLevel? {
        guard let text = source[name] else { return nil }
        switch text.trimmed.uppercased() {
        case "TRACE", "NOTSET": return .trace
        case "DEBUG": return .debug
        case "INFO": return .info
        case "WARNING", "WARN": return .warning
        case "ERROR": return .error
        case "CRITICAL", "FATAL": return .critical
        default:
            warnings.append("LOG_LEVEL \"\(text)\" is none of DEBUG, INFO, WARNING, ERROR, CRITICAL: INFO is used")
            return nil
        }
    }

    /// The `DB_*` settings; nil when one of them is a problem.
    mutating func database(isProduction: Bool) -> DatabaseSettings? {
        let before = problems.count
        let user = text("DB_USER", required: true)
        let password = text("DB_PASSWORD", required: true)
        let name = text("DB_NAME", required: true)
        let host = text("DB_HOST", required: true, blank: false)
        let port = integer("DB_PORT", in: 1...65535, unit: "a port")
        let connectTimeout = integer("DB_CONNECT_TIMEOUT", in: 1...86_400, unit: "a number of seconds")
        let statementTimeout = integer(
            "DB_STATEMENT_TIMEOUT", in: 0...Int(Int32.max), unit: "a number of milliseconds (0 for no limit)")
        let sslMode = sslMode(isProduction: isProduction)
        let rootCertificate = file("DB_SSLROOTCERT")
        let authentication = authentication()
        guard problems.count == before, let user, let password, let name, let host else { return nil }
        var settings = DatabaseSettings(host: host.trimmed, user: user, password: Secret(password), name: name)
        settings.port = port.map { UInt16($0) } ?? settings.port
        settings.connectTimeout = connectTimeout.map { .seconds($0) } ?? settings.connectTimeout
        if let statementTimeout {
            settings.statementTimeout = statementTimeout == 0 ? nil : .milliseconds(statementTimeout)
        }
        settings.sslMode = sslMode ?? settings.sslMode
        settings.rootCertificate = rootCertificate
        settings.authentication = authentication
        warnAboutPort(of: settings)
        return settings
    }

    private mutating func authentication() -> AuthenticationPolicy? {
        guard let text = source["DB_REQUIRE_AUTH"]?.trimmed, !text.isEmpty else { return nil }
        do throws(AuthenticationPolicy.InvalidRequireAuth) {
            return try AuthenticationPolicy(requireAuth: text)
        } catch {
            reject("DB_REQUIRE_AUTH", "cannot be used as \(error)")
            return nil
        }
    }

    private mutating func sslMode(isProduction: Bool) -> SSLMode? {
        guard let text = source["DB_SSLMODE"] else { return nil }
        guard let mode = SSLMode(rawValue: text.trimmed.lowercased()) else {
            let words = SSLMode.allCases.map(\.rawValue).joined(separator: ", ")
            reject("DB_SSLMODE", "must be one of \(words), not \"\(text)\"")
            return nil
        }
        guard mode.requiresTLS || !isProduction else {
            reject("DB_SSLMODE", "may not be \(mode.rawValue) in production: use require, verify-ca or verify-full")
            return nil
        }
        return mode
    }

    private mutating func file(_ name: String) -> String? {
        guard let path = source[name], !path.isEmpty else { return nil }
        guard FileManager.default.isReadableFile(atPath: path) else {
            reject(name, "names a file that is not there or cannot be read: \(path)")
            return nil
        }
        return path
    }

    private mutating func warnAboutPort(of settings: DatabaseSettings) {
        switch settings.port {
        case 5432: break
        case 6543 where Pooling.looksLikePooler(settings.host): break
        case 6543:
            warnings.append(
                "DB_PORT 6543 is a transaction pooler's port, but \(settings.host) does not look like a pooler")
        default:
            warnings.append(
                "DB_PORT \(settings.port) is neither 5432 (direct, session) nor 6543 (transaction pooler)")
        }
    }

    private mutating func reject(_ name: String, _ reason: String) {
        problems.append(SettingsProblem(name: name, reason: reason))
    }
}
