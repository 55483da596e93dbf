#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif
import PGWire

/// What the environment says: `PGB_HOST`, `PGB_PORT`, `PGB_USER`, `PGB_PASSWORD`, `PGB_DB`; `PGB_N` and `PGB_CONNS` and
/// `PGB_EXECUTORS` for other sizes than the usual ones.
enum Settings {
    static var host: String { text("PGB_HOST") ?? "127.0.0.1" }
    static var port: UInt16 { number("PGB_PORT").flatMap { UInt16(exactly: $0) } ?? 5432 }

    /// The server, with TLS as `sslmode=require` or without.
    static func configuration(tls: Bool) -> Connection.Configuration {
        Connection.Configuration(
            host: host, port: port, user: text("PGB_USER") ?? "bench", password: text("PGB_PASSWORD"),
            database: text("PGB_DB") ?? "bench", tls: tls ? Connection.Configuration.TLS(mode: .require) : .disabled)
    }

    /// The file of the authority that vouches for the server.
    static func rootCertificate() throws -> String {
        guard let file = text("PGB_ROOT_CERTIFICATE") else {
            throw NotApplicable(reason: "PGB_ROOT_CERTIFICATE names no file")
        }
        return file
    }

    /// `PGB_N`, or else the workload's usual size.
    static func count(_ usual: Int) -> Int { number("PGB_N") ?? usual }

    /// Whether `PGB_N` asks for another size.
    static var hasCount: Bool { number("PGB_N") != nil }

    /// How many connections work at the same time.
    static var concurrency: Int { number("PGB_CONNS") ?? 32 }

    /// How many socket executors serve them: one for each processor, as is usual.
    static var executors: Int { number("PGB_EXECUTORS") ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    private static func text(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func number(_ name: String) -> Int? {
        text(name).flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}
