import LocalPostgres
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Live: a missing server is a failure, not a skip. One after another: there are few cores, and starting is work.
@Suite(.serialized) struct LocalPostgresTests {
    @Test(arguments: [15, 17, 18]) func startsAndStops(major: Int) async throws {
        var options = LocalPostgres.Options()
        options.major = major
        options.user = "o brien:x"
        options.database = #"my "own" db"#
        options.settings = ["work_mem": "5MB"]
        let postgres = try await LocalPostgres.start(options)
        #expect(postgres.installation.major == major)
        #expect(postgres.caCertificateFile == nil || postgres.installation.supportsTLS)
        let answer = try await postgres.psql(
            "SELECT current_user, current_database(), current_setting('work_mem'), current_setting('fsync'), "
                + "current_setting('server_version_num')::int / 10000, ssl "
                + "FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        let tls = postgres.installation.supportsTLS ? "t" : "f"
        #expect(answer == #"o brien:x|my "own" db|5MB|off|\#(major)|\#(tls)"#)
        // Over the Unix socket too, and not without the password.
        #expect(try await postgres.psql("SELECT 1", host: postgres.socketDirectory) == "1")
        await #expect(throws: PsqlError.self) { try await postgres.psql("SELECT 1", password: "wrong") }
        await postgres.stop()
        expectNothingLeft(of: postgres)
        await postgres.stop()
    }

    @Test func findsOneOfEachVersionAndKnowsWhichHasTLS() throws {
        #expect(try PostgresInstallation.find(major: 15).supportsTLS)
        #expect(try PostgresInstallation.find(major: 17).supportsTLS)
        #expect(try !PostgresInstallation.find(major: 18).supportsTLS)
        #expect(try PostgresInstallation.find().supportsTLS)
        #expect(try PostgresInstallation.find(major: 17).version.hasPrefix("17."))
    }

    @Test func saysWhatItSearchedAndWhatToInstall() {
        #expect {
            try PostgresInstallation.find(major: 99)
        } throws: { error in
            let text = "\(error)"
            return text.hasPrefix("PostgreSQL 99 is not installed.") && text.contains("apt install postgresql")
                && text.contains("/usr/lib/postgresql/*/bin")
        }
    }

    @Test func refusesWhatTheServerWouldMisunderstand() async {
        for change: @Sendable (inout LocalPostgres.Options) -> Void in [
            { $0.user = "" }, { $0.user = "pg_x" }, { $0.user = "o'brien" },
            { $0.database = String(repeating: "x", count: 64) },
            { $0.database = "a\nb" }, { $0.password = "" }, { $0.port = 70_000 }, { $0.directory = "relative" },
            { $0.settings = ["a = b\nc": "d"] }, { $0.settings = ["port": "1\n2"] },
        ] {
            var options = LocalPostgres.Options()
            change(&options)
            #expect(await startError(options) != "")
        }
    }

    @Test func aServerThatFailsLeavesNothingAndTellsItsLog() async throws {
        let before = temporaryDirectories()
        var options = LocalPostgres.Options()
        options.settings = ["shared_buffers": "nonsense"]
        #expect(await startError(options).contains("invalid value for parameter \"shared_buffers\""))
        options.settings = [:]
        options.timeout = .milliseconds(1)
        #expect(await startError(options).contains("not ready after"))
        options.major = 18
        options.tls = .required
        #expect(await startError(options).contains("built without TLS"))
        #expect(temporaryDirectories().subtracting(before) == [])
    }

    @Test func aPortThatIsTakenIsAnError() async throws {
        let postgres = try await LocalPostgres.start()
        var options = LocalPostgres.Options()
        options.port = postgres.port
        let taken = options
        #expect(await startError(taken) == "\(LocalPostgresError.portInUse(postgres.port))")
        await postgres.stop()
        let again = try await LocalPostgres.start(taken)
        #expect(again.port == postgres.port)
        await again.stop()
    }

    @Test(arguments: [LocalPostgres.Options.AuthenticationMethod.md5, .password, .trust])
    func asksForThePasswordAsTold(method: LocalPostgres.Options.AuthenticationMethod) async throws {
        var options = LocalPostgres.Options()
        options.authenticationMethod = method
        options.tls = .required
        options.password = "a:b\\c 'd' %é"
        options.hbaLines = ["host all rejected 127.0.0.1/32 reject"]
        let postgres = try await LocalPostgres.start(options)
        #expect(try await postgres.psql("SELECT 1") == "1")
        #expect(try await postgres.psql("SELECT 1", sslMode: nil) == "1")
        if method == .trust {
            #expect(try await postgres.psql("SELECT 1", password: "wrong") == "1")
        } else {
            await #expect(throws: PsqlError.self) { try await postgres.psql("SELECT 1", password: "wrong") }
        }
        await #expect(throws: PsqlError.self) { try await postgres.psql("SELECT 1", sslMode: "disable") }
        let rules = try await postgres.psql(
            "SELECT auth_method FROM pg_hba_file_rules WHERE 'rejected' = ANY(user_name)")
        #expect(rules == "reject")
        #expect(postgres.connectionURI.contains(":a%3Ab%5Cc%20%27d%27%20%25%C3%A9@127.0.0.1:"))
        await postgres.stop()
    }

    /// To Swift it is another Character, to the readers of the files the quote, the colon or the backslash that it was.
    @Test func whatHasAMarkOnItIsQuotedToo() async throws {
        var options = LocalPostgres.Options()
        options.password = ":\u{301}\\\u{301}'\u{301}"
        options.database = "a\"\u{301}b'\u{301}"
        options.settings["log_line_prefix"] = "'\u{301}\\\u{301} "
        let postgres = try await LocalPostgres.start(options)
        let answer = try await postgres.psql("SELECT current_database() || current_setting('log_line_prefix') || '.'")
        #expect(Array(answer.utf8) == Array("a\"\u{301}b'\u{301}'\u{301}\\\u{301} .".utf8))
        await postgres.stop()
    }

    @Test func stopsWithItsLastReference() async throws {
        let directory = try await LocalPostgres.start().directory
        try await eventually("\(directory) is removed") { access(directory, F_OK) != 0 }
    }
}
