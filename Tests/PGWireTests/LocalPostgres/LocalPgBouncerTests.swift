import LocalPostgres
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension LocalPostgresTests {
    @Suite struct PgBouncer {
        @Test func forwardsWithTLSAndComesBackOnItsPort() async throws {
            let postgres = try await LocalPostgres.start()
            _ = try await postgres.psql("CREATE ROLE reader LOGIN PASSWORD 'say \"x\"'")
            var options = LocalPgBouncer.Options()
            options.unixSocket = true
            options.users = ["reader": #"say "x""#]
            options.poolSize = 1
            let pooler = try await LocalPgBouncer.start(inFrontOf: postgres, options)
            #expect(RawConnection(port: pooler.port)?.answerToSSLRequest() == "S")
            let mode = "SELECT current_setting('server_version_num')::int / 10000"
            let major = "\(postgres.installation.major)"
            #expect(try await postgres.psql(mode, port: pooler.port) == major)
            let socket = try #require(pooler.socketDirectory)
            #expect(try await postgres.psql(mode, host: socket, port: pooler.port, sslMode: "disable") == major)
            #expect(try await pooler.psql("SHOW CONFIG", database: "pgbouncer").contains("pool_mode|transaction|"))
            #expect(try await pooler.psql("SELECT current_user", user: "reader", password: #"say "x""#) == "reader")
            await #expect(throws: PsqlError.self) {
                try await postgres.psql("SELECT 1", port: pooler.port, password: "x")
            }
            await pooler.stop()
            #expect(RawConnection(port: pooler.port) == nil)
            #expect(access(pooler.logFile, F_OK) != 0)
            try await pooler.restart()
            #expect(try await postgres.psql("SELECT 1", port: pooler.port) == "1")
            try await pooler.restart()
            #expect(try await postgres.psql("SELECT 1", host: socket, port: pooler.port, sslMode: "disable") == "1")
            await pooler.stop()
            await postgres.stop()
            expectNothingLeft(of: postgres)
            #expect(access(socket, F_OK) != 0)
        }

        @Test func isConfiguredAsTold() async throws {
            var clusterOptions = LocalPostgres.Options()
            clusterOptions.tls = .required
            let postgres = try await LocalPostgres.start(clusterOptions)
            var options = LocalPgBouncer.Options()
            options.clientTLS = .disable
            options.poolMode = .session
            options.databases = ["alias": "postgres"]
            options.settings = ["server_reset_query": "DISCARD PLANS"]
            let pooler = try await LocalPgBouncer.start(inFrontOf: postgres, options)
            #expect(RawConnection(port: pooler.port)?.answerToSSLRequest() == "N")
            #expect(pooler.caCertificateFile == nil)
            #expect(try await pooler.psql("SELECT current_database()", database: "alias") == "postgres")
            await #expect(throws: PsqlError.self) { try await pooler.psql("SELECT 1", database: "postgres") }
            let configuration = try await pooler.psql("SHOW CONFIG", database: "pgbouncer")
            #expect(configuration.contains("pool_mode|session|"))
            #expect(configuration.contains("server_reset_query|DISCARD PLANS|"))
            options.port = pooler.port
            #expect(await startError(inFrontOf: postgres, options) == "\(LocalPostgresError.portInUse(pooler.port))")
            options.port = nil
            options.databases = ["not possible": "postgres"]
            #expect(await startError(inFrontOf: postgres, options).contains("called not possible"))
            options.databases = [:]
            options.settings = ["no_such_setting": "1"]
            #expect(await startError(inFrontOf: postgres, options).contains("no_such_setting"))
            options.executable = "/nonexistent/pgbouncer"
            #expect(await startError(inFrontOf: postgres, options) != "")
            await pooler.stop()
            await postgres.stop()
        }

        @Test func hasACertificateOfItsOwnBeforeAClusterWithout() async throws {
            var clusterOptions = LocalPostgres.Options()
            clusterOptions.major = 18
            let postgres = try await LocalPostgres.start(clusterOptions)
            var options = LocalPgBouncer.Options()
            options.clientTLS = .require
            let pooler = try await LocalPgBouncer.start(inFrontOf: postgres, options)
            #expect(RawConnection(port: pooler.port)?.answerToSSLRequest() == "S")
            let authority = try Descriptor(opening: try #require(pooler.caCertificateFile), O_RDONLY).readToEnd()
            #expect(authority.hasPrefix("-----BEGIN CERTIFICATE-----"))
            await pooler.stop()
            await postgres.stop()
        }

        @Test func saysWhatToInstall() {
            let error = LocalPostgresError.pgBouncerNotFound(searched: ["/usr/sbin/pgbouncer"])
            #expect("\(error)".contains("apt install pgbouncer"))
        }
    }
}

extension LocalPgBouncer {
    func psql(
        _ sql: String, user: String? = nil, password: String? = nil, database: String? = nil
    ) async throws -> String {
        let connection =
            "host=\(host) port=\(port) user=\(user ?? cluster.user) dbname=\(database ?? cluster.database) "
            + "password='\(password ?? cluster.password)'"
        let arguments = ["\(cluster.installation.binDirectory)/psql", "-XAtqc", sql, connection]
        let answer = try await BlockingThread.run { try ChildProcess.output(of: arguments) }
        guard answer.status == 0 else { throw PsqlError(status: answer.status) }
        return answer.text.split(separator: "\n").joined(separator: "\n")
    }
}
