#if canImport(Darwin)
package import Darwin
#else
package import Glibc
#endif
import Synchronization

/// A file descriptor that is closed with its last reference and not inherited by child processes.
package final class Descriptor: Sendable {
    private let value: Mutex<Int32>

    /// The descriptor's number; -1 once closed.
    package var number: Int32 { value.withLock { $0 } }

    package init(_ number: Int32) { value = Mutex(number) }

    package convenience init(opening path: String, _ flags: Int32, mode: mode_t = 0o600) throws {
        self.init(try systemCall("open", path) { open(path, flags | O_CLOEXEC, mode) })
    }

    deinit { close() }

    package func close() {
        value.withLock { number in
            #if canImport(Darwin)
            if number >= 0 { _ = Darwin.close(number) }
            #else
            if number >= 0 { _ = Glibc.close(number) }
            #endif
            number = -1
        }
    }

    /// Releases the lock on the file. Closing is not enough: a program that another thread is just starting holds a
    /// copy of every descriptor until it runs, and with it the lock.
    package func unlock() { _ = flock(number, LOCK_UN) }

    /// Makes two connected ends. Sockets, as they can be made with close-on-exec atomically: a program that another
    /// thread starts meanwhile would inherit the end of a pipe and keep it open.
    package static func pair() throws -> (Descriptor, Descriptor) {
        var ends: [Int32] = [-1, -1]
        #if canImport(Darwin)
        try systemCall("socketpair") { socketpair(AF_UNIX, SOCK_STREAM, 0, &ends) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        #else
        try systemCall("socketpair") { socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0, &ends) }
        #endif
        return (Descriptor(ends[0]), Descriptor(ends[1]))
    }

    /// Reads once, at most 4096 bytes; nil at the end. Blocks until there is something.
    package func readSome() -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = (try? systemCall("read") { read(number, &bytes, bytes.count) }) ?? 0
        return count > 0 ? String(decoding: bytes[0..<count], as: UTF8.self) : nil
    }

    package func readToEnd() -> String {
        var text = ""
        while let part = readSome() { text += part }
        return text
    }

    /// The first 4096 bytes of a file, whatever the read position.
    func readAll() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(number, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// Waits at most `milliseconds` until there is something to read (or the end); returns whether there is.
    package func isReadable(within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }
}
