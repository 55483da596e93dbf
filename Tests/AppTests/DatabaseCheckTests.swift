#if ScribeApp
import LocalPostgres
import ScribeApp
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// `db check` on everything that can be wrong: status 1, the failed stage, the reason in words, and no secret.
@Suite(.timeLimit(.minutes(2))) struct DatabaseCheckTests {
    private let cluster: LocalPostgres
    private let settings: [String: String]

    init() async throws {
        cluster = try await TestServers.shared.cluster(major: 15)
        settings = cluster.configuration(database: cluster.database).settings()
    }

    /// What `db check` writes to standard error with some settings changed.
    private func problems(_ changes: [String: String], stage: String = "connection") async throws -> String {
        var settings = settings.merging(changes) { $1 }
        settings["DB_CONNECT_TIMEOUT"] = "2"
        let outcome = try await ScribeProcess.run(["db", "check"], settings)
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("failed  \(stage)"), "\(outcome.output)\(outcome.problems)")
        #expect(!(outcome.output + outcome.problems).contains(settings["DB_PASSWORD"] ?? "?"))
        return outcome.problems
    }

    @Test func wrongPassword() async throws {
        #expect(try await problems(["DB_PASSWORD": "not-the-password"]).contains("password"))
    }

    @Test func unknownRole() async throws {
        #expect(try await problems(["DB_USER": "nobody-here"]).contains("nobody-here"))
    }

    @Test func unknownDatabase() async throws {
        #expect(try await problems(["DB_NAME": "no-such-database"]).contains("no-such-database"))
    }

    @Test func refusedPort() async throws {
        #expect(try await problems(["DB_PORT": "1"]).contains(":1"))
    }

    @Test func nameThatDoesNotResolve() async throws {
        #expect(try await problems(["DB_HOST": "no-such-host.invalid"]).contains("no-such-host.invalid"))
    }

    @Test func serverThatStaysSilent() async throws {
        let silent = try SilentServer()
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try await problems(["DB_PORT": String(silent.port)]).contains(String(silent.port)))
        #expect(clock.now - start < .seconds(10))
        silent.close()
    }

    @Test func schemaThatIsBehind() async throws {
        let empty = try await cluster.makeDatabase().settings()
        #expect(try await problems(empty, stage: "revision").contains("scribe-app migrate upgrade"))
    }
}

/// Accepts connections into its queue and never answers.
private struct SilentServer {
    private let socket: Int32
    let port: UInt16

    init() throws {
        #if canImport(Darwin)
        socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #else
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, size) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, pointer, &size) == 0
            }
        }
        guard isListening else { throw HTTPExchange.Failure(what: "listen", errorNumber: errno) }
        port = UInt16(bigEndian: address.sin_port)
    }

    func close() {
        #if canImport(Darwin)
        _ = Darwin.close(socket)
        #else
        _ = Glibc.close(socket)
        #endif
    }
}
#endif
