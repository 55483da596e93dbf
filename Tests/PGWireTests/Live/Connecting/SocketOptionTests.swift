import PGWire
import PGWireTesting
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Live {
    /// What `keepalives…` and `tcp_user_timeout` set is asked of the system.
    @Suite struct SocketOptions {
        private struct Options: Equatable {
            var keepAlive = true
            var idle: Int32 = 60
            var interval: Int32?
            var count: Int32?
            var userTimeout: Int32 = 0
        }

        @Test func areSet() async throws {
            try await expect("", Options())
            try await expect("keepalives=1 keepalives_count=0", Options())
            var options = Options(idle: 7, interval: 3, count: 4, userTimeout: 1500)
            let all = "keepalives_idle=7 keepalives_interval=3 keepalives_count=4 tcp_user_timeout=1500"
            try await expect(all, options)
            options = Options(keepAlive: false, idle: 7200, userTimeout: 1500)
            // The system's default of two hours, which nobody has changed.
            if try text("/proc/sys/net/ipv4/tcp_keepalive_time") == "7200\n" {
                try await expect("keepalives=0 \(all)", options)
                options.keepAlive = true
                try await expect("keepalives_idle=0 tcp_user_timeout=1500", options)
            }
        }

        @Test func moreThanTheSystemTakesIsRefusedBefore() async throws {
            var configuration = Connection.Configuration(host: "127.0.0.1", port: 1, user: "u")
            configuration.tcp.keepAliveIdle = .seconds(40_000)
            configuration.tcp.keepAliveCount = 1000
            try await expectFailure(
                "keepalives_idle is 40000, and the system takes at most 32767; keepalives_count is 1000, and the system takes "
                    + "at most 127"
            ) { try await Connection.connect(configuration) }
        }

        private func expect(_ text: String, _ expected: Options) async throws {
            try await ScriptedServer.run([.trust, .expect(.terminate)]) { server in
                let configuration = try Connection.Configuration(
                    "host=127.0.0.1 port=\(server.port) user=u sslmode=disable \(text)")
                try await Connection.withConnection(configuration) { _ in
                    let descriptor = try #require(Self.descriptor(connectedTo: server.port))
                    var found = Options(
                        keepAlive: Self.option(descriptor, SOL_SOCKET, SO_KEEPALIVE) != 0,
                        idle: Self.option(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE),
                        userTimeout: Self.option(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT))
                    if expected.interval != nil {
                        found.interval = Self.option(descriptor, Int32(IPPROTO_TCP), TCP_KEEPINTVL)
                        found.count = Self.option(descriptor, Int32(IPPROTO_TCP), TCP_KEEPCNT)
                    }
                    #expect(found == expected, "\(text)")
                }
            }
        }

        /// This process's socket whose other end is that port of 127.0.0.1.
        private static func descriptor(connectedTo port: UInt16) -> Int32? {
            (0..<1024).first { descriptor in
                var address = sockaddr_in()
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let result = withUnsafeMutablePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
                }
                return result == 0 && address.sin_family == sa_family_t(AF_INET) && address.sin_port == port.bigEndian
            }
        }

        private static func option(_ descriptor: Int32, _ level: Int32, _ name: Int32) -> Int32 {
            var value: Int32 = -1
            var length = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(descriptor, level, name, &value, &length) == 0 ? value : -1
        }
    }
}
