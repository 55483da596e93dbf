public import PGWire

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension ScriptedServer {
    /// Connects by a pair of sockets that belong to no network, in place of TCP: nothing listens, no port is used, and no firewall or
    /// sandbox is in the way. Each connection is one more of the script's. For ``Connection/Configuration/socketProvider``.
    public var socketProvider: nonisolated(nonsending) @Sendable (Endpoint) async throws -> CInt {
        { [self] _ in try connectedSocket() }
    }

    /// A socket that is connected to this server; the caller closes it.
    public func connectedSocket() throws -> CInt {
        var ends: [CInt] = [-1, -1]
        _ = try SystemCallFailure.check("socketpair") { socketpair(AF_UNIX, streamSocket, 0, &ends) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        try serve(Descriptor(ends[1]))
        return ends[0]
    }
}
