#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The directions in which a socket is ready.
package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Data, the end of the stream or an error can be received.
    package static let readable = Interest(rawValue: 1)
    /// Data can be sent.
    package static let writable = Interest(rawValue: 2)
    /// The stream has ended or failed, and nothing comes after what can be received now. It is told once, and with what came
    /// before, so that whoever watches for good has to remember it.
    package static let ended = Interest(rawValue: 4)
}

extension pollfd {
    init(_ descriptor: Int32, for interest: Interest) {
        self.init()
        fd = descriptor
        if interest.contains(.readable) { events |= Int16(POLLIN) }
        if interest.contains(.writable) { events |= Int16(POLLOUT) }
    }

    /// The result of `poll`. An error or hang-up counts for both directions: the next send or receive gets it.
    var interest: Interest {
        var ready: Interest = []
        let failed = Int16(POLLERR | POLLHUP | POLLNVAL)
        if revents & (Int16(POLLIN) | failed) != 0 { ready.insert(.readable) }
        if revents & (Int16(POLLOUT) | failed) != 0 { ready.insert(.writable) }
        return ready
    }
}
