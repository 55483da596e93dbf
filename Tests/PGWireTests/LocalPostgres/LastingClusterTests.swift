import LocalPostgres
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension LocalPostgresTests {
    @Suite struct Lasting {
        /// In `top`, which does not exist yet; `remove` that afterwards.
        private let path: String
        private let top: String

        init() {
            top = "/tmp/lasting-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
            path = top + "/a/cluster"
        }

        private func remove(_ path: String) throws {
            _ = try ChildProcess.output(of: ["/bin/rm", "-rf", "--", path])
        }

        @Test(arguments: [15, 17, 18]) func keepsDataPasswordPortAndCertificates(major: Int) async throws {
            defer { try? remove(top) }
            var options = LocalPostgres.Options()
            options.directory = path
            options.major = major
            options.database = "scribe"
            let first = try await LocalPostgres.start(options)
            #expect(first.directory == path)
            _ = try await first.psql("CREATE TABLE kept AS SELECT 42 AS answer")
            #expect(try await first.psql("SHOW fsync") == "on")
            let authority = first.certificateAuthority?.certificatePEM
            #expect((authority != nil) == first.installation.supportsTLS)
            await first.stop()
            expectNothingLeft(of: first)
            #expect(mode(first.passwordFile) == 0o600)

            // Found by the data, whatever else is installed.
            options.major = nil
            let second = try await LocalPostgres.start(options)
            #expect(second.installation.major == major)
            #expect(second.password == first.password)
            #expect(second.port == first.port)
            #expect(second.certificateAuthority?.certificatePEM == authority)
            #expect(try await second.psql("SELECT answer FROM kept") == "42")
            await second.stop()

            options.database = "another"
            let third = try await LocalPostgres.start(options)
            #expect(try await third.psql("SELECT current_database()") == "another")
            await third.stop()
        }

        @Test func refusesWhatContradictsIt() async throws {
            defer { try? remove(top) }
            var options = LocalPostgres.Options()
            options.directory = path
            let first = try await LocalPostgres.start(options)
            let inUse = LocalPostgresError.directoryInUse(path: path, processIdentifier: getpid())
            #expect(await startError(options) == "\(inUse)")
            await first.stop()
            let other = first.installation.major == 15 ? 17 : 15
            for change: @Sendable (inout LocalPostgres.Options) -> Void in [
                { $0.user = "else" }, { $0.password = "else" }, { $0.major = other },
            ] {
                var changed = options
                change(&changed)
                #expect(await startError(changed) != "")
            }
            #expect(temporaryDirectories().contains(first.socketDirectory) == false)
        }

        @Test func leavesForeignDirectoriesAlone() async throws {
            defer { try? remove(top) }
            _ = try ChildProcess.output(of: ["/bin/mkdir", "-p", "\(path)/foreign"])
            let before = mode(path)
            var options = LocalPostgres.Options()
            options.directory = path
            #expect(await startError(options).contains("it holds other files"))
            #expect(mode(path) == before)
            #expect(access("\(path)/lock", F_OK) != 0)
        }

        /// Only root has a home that the server's user cannot get to.
        @Test(.enabled(if: geteuid() == 0)) func goesElsewhereWhenTheServerCannotGetThere() async throws {
            defer { try? remove(top) }
            _ = try ChildProcess.output(of: ["/bin/mkdir", "-p", "-m", "700", path])
            var options = LocalPostgres.Options()
            options.directory = "\(path)/home/cluster"
            let first = try await LocalPostgres.start(options)
            defer { try? remove(first.directory) }
            #expect(first.directory.hasPrefix("/var/tmp/pgwire-0-"))
            #expect(mode(path) == 0o700)
            await first.stop()
            let second = try await LocalPostgres.start(options)
            #expect(second.directory == first.directory)
            #expect(second.password == first.password)
            await second.stop()
        }

        /// A line's end would begin another setting of the server.
        @Test(arguments: ["a\nshared_preload_libraries = 'x'", "a\tb", "a\u{7}"])
        func aDirectoryIsOneLine(name: String) async throws {
            var options = LocalPostgres.Options()
            options.directory = "\(path)/\(name)"
            await #expect(throws: LocalPostgresError.self) { try await LocalPostgres.start(options) }
            #expect(access(path, F_OK) != 0)
        }

        private func mode(_ path: String) -> mode_t {
            var status = stat()
            return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
        }
    }
}
