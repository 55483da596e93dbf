import LocalPostgres
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension LocalPostgresTests {
    @Suite struct Supervision {
        @Test func aKilledProgramLeavesNothing() async throws {
            let probe = try await Probe.start(["-"])
            let server = try #require(pid_t(probe["pid"]))
            let bouncer = try #require(Int(probe["bouncer"]))
            #expect(kill(server, 0) == 0)
            #expect(RawConnection(port: bouncer) != nil)
            // Ctrl-C in a terminal reaches the sessions and groups of the program, which the server is not in.
            #expect(getsid(server) != getsid(probe.child.processIdentifier))
            #expect(getpgid(server) != getpgid(probe.child.processIdentifier))
            kill(probe.child.processIdentifier, SIGKILL)
            #expect(try probe.child.wait() == 128 + SIGKILL)
            try await eventually("the server ends") { kill(server, 0) != 0 }
            try await eventually("PgBouncer ends") { RawConnection(port: bouncer) == nil }
            try await eventually("its directory is removed") { access(probe["directory"], F_OK) != 0 }
            try await eventually("PgBouncer's directory is removed") { access(probe["log"], F_OK) != 0 }
        }

        @Test func aLastingClusterSurvivesAKilledProgramAndCanBeStartedAtOnce() async throws {
            let path = "/tmp/lasting-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
            defer { _ = try? ChildProcess.output(of: ["/bin/rm", "-rf", "--", path]) }
            let probe = try await Probe.start([path])
            let server = try #require(pid_t(probe["pid"]))
            var options = LocalPostgres.Options()
            options.directory = path
            let inUse = LocalPostgresError.directoryInUse(
                path: path, processIdentifier: probe.child.processIdentifier)
            #expect(await startError(options) == "\(inUse)")
            kill(probe.child.processIdentifier, SIGKILL)
            try probe.child.wait()
            let again = try await LocalPostgres.start(options)
            #expect(kill(server, 0) != 0)
            #expect(access(probe["sockets"], F_OK) != 0)
            // It was shut down, not killed: nothing had to be recovered.
            let log = try Descriptor(opening: again.logFile, O_RDONLY).readToEnd()
            #expect(log.contains("database system was shut down at"))
            await again.stop()
        }

        @Test func aKilledSupervisorIsNoDanger() async throws {
            let path = "/tmp/lasting-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
            defer { _ = try? ChildProcess.output(of: ["/bin/rm", "-rf", "--", path]) }
            var options = LocalPostgres.Options()
            options.directory = path
            let first = try await LocalPostgres.start(options)
            let server = first.processIdentifier
            let shell = getpgid(server)
            let children = try Descriptor(opening: "/proc/\(shell)/task/\(shell)/children", O_RDONLY).readToEnd()
                .split(separator: " ").compactMap { pid_t($0) }
            #expect(children.contains(server))
            for process in [shell] + children where process != server { kill(process, SIGKILL) }
            await first.stop()
            #expect(kill(server, 0) == 0)
            let inUse = LocalPostgresError.directoryInUse(path: path, processIdentifier: server)
            #expect(await startError(options) == "\(inUse)")
            kill(server, SIGKILL)
            try await eventually("the server ends") { kill(server, 0) != 0 }
            // Its postmaster.pid is stale now, which the server itself cleans up.
            let second = try await LocalPostgres.start(options)
            #expect(try await second.psql("SELECT 1") == "1")
            await second.stop()
            _ = try ChildProcess.output(of: ["/bin/rm", "-rf", "--", first.socketDirectory])
        }

        @Test func passesOnNoDescriptors() async throws {
            let (ours, theirs) = try Descriptor.pair()
            // As a careless library leaves it.
            _ = fcntl(theirs.number, F_SETFD, 0)
            let postgres = try await LocalPostgres.start()
            theirs.close()
            #expect(ours.isReadable(within: 0), "somebody else has it open, so there is no end to read")
            await postgres.stop()
        }
    }
}

/// The program LocalPostgresProbe, which was built beside these tests.
struct Probe {
    let child: ChildProcess
    private let input: Descriptor
    private let answers: [String: String]

    subscript(name: String) -> String { answers[name] ?? "" }

    static func start(_ arguments: [String]) async throws -> Probe {
        try await BlockingThread.run {
            let (input, childInput) = try Descriptor.pair()
            let (output, childOutput) = try Descriptor.pair()
            let program = try program("LocalPostgresProbe")
            let child = try ChildProcess([program] + arguments, descriptors: [childInput, childOutput, childOutput])
            childOutput.close()
            var text = ""
            while !text.contains("ready\n"), let part = output.readSome() { text += part }
            try #require(text.hasSuffix("ready\n"), "\(text)")
            var answers: [String: String] = [:]
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ", maxSplits: 1)
                if words.count == 2 { answers[String(words[0])] = String(words[1]) }
            }
            return Probe(child: child, input: input, answers: answers)
        }
    }

    /// A program that was built beside these tests.
    static func program(_ name: String) throws -> String {
        var path = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count)
        let program = count > 0 ? String(decoding: path[0..<count], as: UTF8.self) : CommandLine.arguments[0]
        let slash = try #require(program.lastIndex(of: "/"))
        return "\(program[...slash])\(name)"
    }
}
