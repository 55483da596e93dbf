import LocalPostgres
import PGWire
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Live {
    /// Servers that have no more of something.
    @Suite(.serialized) struct ServerLimits {
        private static func withServer(
            _ settings: [String: String] = [:],
            _ body: (LocalPostgres, Connection.Configuration) async throws -> Void
        ) async throws {
            var options = LocalPostgres.Options()
            options.tls = .off
            options.settings = settings
            let server = try await LocalPostgres.start(options)
            do {
                try await body(server, Connection.Configuration(server.connectionURI))
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }

        /// Whoever is refused hears so at once and may try again; those that are connected notice nothing.
        @Test func tooManyConnections() async throws {
            let settings = ["max_connections": "5", "superuser_reserved_connections": "0", "max_wal_senders": "0"]
            try await Self.withServer(settings) { _, configuration in
                let pool = ConnectionPool(configuration, .init(maximumConnections: 12))
                let outcomes = Log<Bool>()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in 0..<60 {
                        group.addTask {
                            do {
                                try await pool.withConnection { db in
                                    try await db.execute("SELECT pg_sleep(0.05)")
                                    try await db.expectEcho(of: index)
                                }
                                outcomes.append(true)
                            } catch PostgresError.server(let error) where error.sqlState == .tooManyConnections {
                                #expect(error.isFatal && PostgresError.server(error).isSafeToRetry)
                                outcomes.append(false)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(outcomes.all.count { $0 } >= 5 && outcomes.all.contains(false), "\(outcomes.all)")
                #expect(pool.statistics.opened <= 5 && pool.statistics.inUse == 0)
                try await pool.expectEcho(of: 1)
                #expect(await pool.drain(within: .seconds(10)) == 0)
            }
        }

        /// The statement fails and leaves nothing, in every way to write; the connection goes on. It takes a file system of its
        /// own, which only root can make.
        @Test(
            .enabled(
                if: geteuid() == 0 && SmallDisk.isPossible,
                "run it as root, and where it may mount: in a container with CAP_SYS_ADMIN"))
        func aFullDisk() async throws {
            try await Self.withServer { server, configuration in
                let disk = try SmallDisk(ofOwnerOf: server.dataDirectory)
                defer { disk.remove() }
                let pool = ConnectionPool(configuration, .init(maximumConnections: 1))
                let text = String(repeating: "x", count: 4_000)
                let insert: PreparedStatement<Int32, String> = "INSERT INTO filled VALUES ($1, $2)"
                let ways: [@Sendable (Connection) async throws -> Void] = [
                    { db in
                        try await db.execute("INSERT INTO filled SELECT g, \(text) FROM generate_series(1, 5000) g")
                    },
                    { db in try await db.executeMany(insert, (0..<5_000).map { (Int32($0), text) }) },
                    { db in
                        _ = try await db.copyIn("COPY filled FROM STDIN") { writer in
                            for id in 0..<5_000 { try await writer.write("\(id)\t\(text)\n") }
                        }
                    },
                    { db in
                        try await db.transaction { tx in
                            for id in 0..<5_000 { try await tx.execute("INSERT INTO filled VALUES (\(id), \(text))") }
                        }
                    },
                ]
                try await pool.withConnection { db in
                    try await db.execute(SQL(raw: "CREATE TABLESPACE small LOCATION '\(disk.path)'"))
                }
                for way in ways {
                    try await pool.withConnection { db in
                        try await db.execute("CREATE TABLE filled (id int, text text) TABLESPACE small")
                        try await db.execute("ALTER TABLE filled ALTER text SET STORAGE PLAIN")
                    }
                    let error = try await failure { try await pool.withConnection { try await way($0) } }
                    guard case .server(let reported) = error, reported.sqlState == .diskFull else { throw error }
                    #expect(!reported.isFatal && !error.isSafeToRetry && !error.isTransactionRetryable, "\(error)")
                    try await pool.withConnection { db in
                        #expect(try await db.fetchOne("SELECT count(*) FROM filled", as: Int.self) == 0)
                        // TRUNCATE would make another file first.
                        try await db.execute("DROP TABLE filled")
                    }
                }
                #expect(pool.statistics.opened == 1)
                try await pool.withConnection {
                    try await $0.execute("DROP TABLESPACE small")
                }
                await pool.close()
            }
        }
    }
}

/// A file system of 6 MiB.
private struct SmallDisk {
    let path: String

    /// Not everywhere is root allowed to.
    static let isPossible: Bool =
        (try? SmallDisk(ofOwnerOf: "/")).map { disk in
            disk.remove()
            return true
        } ?? false

    init(ofOwnerOf file: String) throws {
        var template = Array("/var/tmp/pgwire-disk-XXXXXX".utf8CString)
        var status = stat()
        guard mkdtemp(&template) != nil, stat(file, &status) == 0 else { throw FileError(path: file, number: errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let options = "size=6m,mode=0700,uid=\(status.st_uid)"
        let mount = ["/bin/mount", "-t", "tmpfs", "-o", options, "tmpfs", path]
        guard try ChildProcess.output(of: mount).status == 0 else {
            rmdir(path)
            throw FileError(path: path, number: EPERM)
        }
    }

    func remove() {
        _ = try? ChildProcess.output(of: ["/bin/umount", path])
        rmdir(path)
    }
}
