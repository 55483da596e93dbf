import PGWire
import TestSupport

extension Connection.Configuration {
    /// The same as scribe-app's settings.
    func settings(port: Int? = nil) -> [String: String] {
        var settings = [
            "DB_HOST": endpoints[0].host, "DB_PORT": String(port ?? Int(endpoints[0].port)), "DB_USER": user,
            "DB_PASSWORD": password?.value ?? "", "DB_NAME": database ?? "", "DB_SSLMODE": tls.mode.rawValue,
        ]
        if case .file(let path) = tls.trustRoots { settings["DB_SSLROOTCERT"] = path }
        return settings
    }
}
