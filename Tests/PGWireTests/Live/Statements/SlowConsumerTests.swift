import LocalPostgres
import PGWire
import Testing

extension Live {
    /// Rows come as fast as they are taken: what is not taken stays with the server, and not in memory.
    @Suite(.serialized) struct SlowConsumers {
        /// What a program may take that does nothing else. Most of it are the libraries that it loads.
        private static let limit = 32 << 10

        /// A process of its own, as the tests' has had much in memory before.
        @Test(arguments: [
            (LiveServer.postgres17, "rows"), (.postgres15, "transaction"), (.pgBouncer, "connection"),
        ])
        func aMillionRowsInBoundedMemory(_ server: LiveServer, _ way: String) async throws {
            let uri =
                server == .pgBouncer
                ? try await LiveServers.pgBouncer.value.connectionURI : try await server.cluster.connectionURI
            let numbers = try await BlockingThread.run {
                let (status, text) = try ChildProcess.output(of: [Probe.program("PGWireProbe"), "rows", uri, way])
                #expect(status == 0, "\(text)")
                return Dictionary(
                    text.split(separator: "\n").map { line in
                        let words = line.split(separator: " ")
                        return (String(words[0]), Int(words[words.count - 1]) ?? 0)
                    }, uniquingKeysWith: { $1 })
            }
            #expect(numbers["rows"] == 1_000_000 && numbers["sum"] == 500_000_500_000 && numbers["bytes"] == 96_000_000)
            let peak = try #require(numbers["peak"])
            print("a million rows by \(way) from \(server): \(peak) KiB, \(numbers["before"] ?? 0) KiB before")
            #expect(
                (1..<Self.limit).contains(peak), "\(way) from \(server): \(peak) KiB, \(numbers["before"] ?? 0) before")
        }
    }
}
