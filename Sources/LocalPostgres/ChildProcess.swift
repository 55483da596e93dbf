#if canImport(Darwin)
package import Darwin
#else
package import Glibc
#endif

/// A program started with `posix_spawn`. It inherits no other descriptors than those given, no signal settings and no
/// `PG*` variables.
package struct ChildProcess: Sendable {
    package let processIdentifier: pid_t

    /// Starts `arguments[0]` (an absolute path) in a session of its own, so that neither Ctrl-C nor a hang-up of the
    /// terminal reaches it. Its descriptor n is `descriptors[n]`; all others are closed.
    package init(_ arguments: [String], descriptors: [Descriptor]) throws {
        // Duplicated to high numbers first, so that one dup2 cannot overwrite the source of the next.
        var sources: [Int32] = []
        defer { for source in sources { close(source) } }
        for descriptor in descriptors {
            sources.append(try systemCall("fcntl") { fcntl(descriptor.number, F_DUPFD_CLOEXEC, 16) })
        }
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        var flags = POSIX_SPAWN_CLOEXEC_DEFAULT
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        var flags: Int32 = 0
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        for (target, source) in sources.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
        }
        #if !canImport(Darwin)
        try Self.closeFrom(&actions, Int32(descriptors.count))
        #endif
        flags |= Self.newSession | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)

        var argumentPointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var environmentPointers: [UnsafeMutablePointer<CChar>?] = Self.environment.map { strdup($0) } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, arguments[0], &actions, &attributes, &argumentPointers, &environmentPointers)
        if failure != 0 {
            throw LocalPostgresError.systemCall(name: "posix_spawn", path: arguments[0], errorNumber: failure)
        }
        processIdentifier = child
    }

    #if canImport(Darwin)
    private static let newSession = Int32(POSIX_SPAWN_SETSID)
    #else
    /// `POSIX_SPAWN_SETSID`, which glibc declares for `_GNU_SOURCE` only, and so not in Swift's Glibc module.
    private static let newSession: Int32 = 0x80

    /// Closes all descriptors from `first` on in the child. Not every library opens its own with `O_CLOEXEC`, and a
    /// server that holds the end of a pipe keeps its reader waiting. Also declared for `_GNU_SOURCE` only, so it is
    /// looked up by name (glibc 2.34 and newer).
    private static func closeFrom(_ actions: inout posix_spawn_file_actions_t, _ first: Int32) throws {
        typealias AddCloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        let name = "posix_spawn_file_actions_addclosefrom_np"
        guard let symbol = dlsym(nil, name) else {
            throw LocalPostgresError.systemCall(name: name, path: "", errorNumber: ENOSYS)
        }
        let failure = unsafeBitCast(symbol, to: AddCloseFrom.self)(&actions, first)
        if failure != 0 { throw LocalPostgresError.systemCall(name: name, path: "", errorNumber: failure) }
    }
    #endif

    /// The environment of the programs. Not this process's, as a `PGPORT` or `PGDATA` would change what they do.
    private static var environment: [String] {
        ["TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"].compactMap { name in
            environmentVariable(name).map { "\(name)=\($0)" }
        } + ["PATH=\(environmentVariable("PATH") ?? "/usr/bin:/bin"):/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C"]
    }

    /// Blocks until the program has ended; returns its exit status, or 128 and the signal that killed it.
    @discardableResult
    package func wait() throws -> Int32 {
        var status: Int32 = 0
        try systemCall("waitpid") { waitpid(processIdentifier, &status, 0) }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// Runs a program to its end; returns its exit status and its standard output.
    package static func output(of arguments: [String]) throws -> (status: Int32, text: String) {
        let null = try Descriptor(opening: "/dev/null", O_RDWR)
        let (reading, writing) = try Descriptor.pair()
        let child = try ChildProcess(arguments, descriptors: [null, writing, null])
        writing.close()
        let text = reading.readToEnd()
        return (try child.wait(), text)
    }
}
