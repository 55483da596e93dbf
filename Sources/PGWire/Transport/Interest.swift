#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a socket can do without waiting.
package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Something can be received, if only the end or an error.
    package static let readable = Interest(rawValue: 1)
    /// Something can be sent.
    package static let writable = Interest(rawValue: 2)
}

extension pollfd {
    init(_ descriptor: Int32, for interest: Interest) {
        self.init()
        fd = descriptor
        if interest.contains(.readable) { events |= Int16(POLLIN) }
        if interest.contains(.writable) { events |= Int16(POLLOUT) }
    }

    /// What `poll` found. An error or hang-up counts for both directions: the next send or receive learns what it is.
    var interest: Interest {
        var ready: Interest = []
        let failed = Int16(POLLERR | POLLHUP | POLLNVAL)
        if revents & (Int16(POLLIN) | failed) != 0 { ready.insert(.readable) }
        if revents & (Int16(POLLOUT) | failed) != 0 { ready.insert(.writable) }
        return ready
    }
}
