import Dispatch
import PGWire
import PGWireTesting

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A whole client.
extension FuzzTarget {
    /// A connection over a socket on whose other end everything is said at once: what answers SSLRequest, what TLS is begun with,
    /// the login, and a statement. The first byte says how TLS is wanted and negotiated.
    static let connection = FuzzTarget(
        "connection", longest: 2048,
        seeds: {
            let login = WireMessage.greeting.bytes
            let answer: [WireMessage] = [
                .parseComplete, .bindComplete, .noData, .commandComplete("SET"), .readyForQuery(),
            ]
            let error = WireMessage.errorResponse("0A000", "unsupported frontend protocol", severity: "FATAL").bytes
            // A handshake as far as a server can go who knows nothing of the client: an alert, and a ServerHello.
            let alert: [UInt8] = [21, 3, 3, 0, 2, 2, 40]
            let hello: [UInt8] =
                [22, 3, 3, 0, 46, 2, 0, 0, 42, 3, 3] + Array(repeating: 7, count: 32) + [0, 0x13, 1, 0, 0, 2, 0, 43]
            return [
                [0] + login + answer.bytes, [1] + Array("N".utf8) + login + answer.bytes, [2] + Array("N".utf8),
                [2] + Array("S".utf8) + alert, [2] + Array("S".utf8) + hello, [2] + error, [4] + alert, [4] + hello,
                [2] + Array("S".utf8) + login, [4] + Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), [0] + error,
                [3] + Array("S".utf8),
            ]
        }
    ) { input throws(FuzzProblem) in
        guard let first = input.first else { return }
        let problem = Found()
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            problem.found = await converse(Array(input.dropFirst()), first)
            done.signal()
        }
        done.wait()
        if let found = problem.found { throw found }
    }

    /// What was found; written before it is read.
    private final class Found: @unchecked Sendable { var found: FuzzProblem? }

    private static func configuration(_ kind: UInt8) -> Connection.Configuration {
        let modes: [SSLMode] = [.disable, .prefer, .require, .verifyFull]
        var configuration = Connection.Configuration(
            host: "localhost", user: "fuzz", password: "secret",
            tls: .init(mode: kind & 4 != 0 ? .require : modes[Int(kind & 3)]))
        if kind & 4 != 0 { configuration.tls.negotiation = .direct }
        configuration.eagerStart = kind & 8 != 0
        configuration.connectTimeout = .seconds(5)
        configuration.statementTimeout = .seconds(5)
        return configuration
    }

    private static func converse(_ bytes: [UInt8], _ kind: UInt8) async -> FuzzProblem? {
        var configuration = configuration(kind)
        let server = Server(bytes)
        configuration.socketProvider = { _ in try server.connect() }
        do {
            try await Connection.withConnection(configuration) { db in
                _ = try await db.fetchAll("SELECT 1")
            }
        } catch let error as PostgresError {
            do throws(FuzzProblem) { try FuzzedSession.check(text: error.description) } catch { return error }
        } catch {
            return FuzzProblem("a connection fails by \(error)")
        }
        return nil
    }

    /// The other end.
    private struct Server: Sendable {
        let bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }

        /// A socket on which everything has been said, and nothing follows.
        func connect() throws(FuzzProblem) -> CInt {
            var pair: [CInt] = [0, 0]
            #if canImport(Darwin)
            let type = SOCK_STREAM
            #else
            let type = CInt(SOCK_STREAM.rawValue)
            #endif
            guard socketpair(AF_UNIX, type, 0, &pair) == 0 else { throw FuzzProblem("there is no socket") }
            _ = send(pair[1], bytes, bytes.count, 0)
            // What the client says is received, but not read. The descriptor is closed when the client closes its own.
            shutdown(pair[1], CInt(SHUT_WR))
            Self.open.append(pair[1])
            return pair[0]
        }

        /// The server's ends, of which the oldest are closed.
        private static let open = Ends()

        private final class Ends: @unchecked Sendable {
            private var all: [CInt] = []
            private let lock = DispatchSemaphore(value: 1)
            func append(_ descriptor: CInt) {
                lock.wait()
                all.append(descriptor)
                while all.count > 8 { close(all.removeFirst()) }
                lock.signal()
            }
        }
    }
}
