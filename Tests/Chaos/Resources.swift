import CMalloc

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What this process has of the system.
struct Resources: CustomStringConvertible {
    /// Open descriptors; 0 where the system does not tell.
    var descriptors: Int
    /// Threads; 0 where the system does not tell.
    var threads: Int
    /// Bytes that `malloc` has given out and not got back; 0 where the library does not tell.
    var heap: Int
    /// Resident bytes.
    var resident: Int

    /// As it is now, after what nobody uses was given back to the system.
    static var now: Resources {
        give_memory_back()
        return Resources(
            descriptors: descriptorCount(), threads: status("Threads:") ?? 0, heap: Int(heap_in_use()),
            resident: (status("VmRSS:") ?? 0) * 1024)
    }

    /// As it is once it is within `limits` of `before`, or as it is after the time that threads and sockets may take to end.
    static func settled(_ before: Resources, _ allowance: Allowance) async -> Resources {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let now = Resources.now
            if allowance.problems(before, now).isEmpty || .now > deadline { return now }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    var description: String {
        "\(descriptors) descriptors, \(threads) threads, heap \(Self.kibibytes(heap)), resident \(Self.kibibytes(resident))"
    }

    private static func kibibytes(_ bytes: Int) -> String { "\(bytes / 1024) KiB" }

    private static func descriptorCount() -> Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 }
        }
        return count
    }

    /// A number of /proc/self/status; nil where there is no such file.
    private static func status(_ name: String) -> Int? {
        guard let file = fopen("/proc/self/status", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let words = line.prefix { $0 != 0 }.split { $0 == 32 || $0 == 9 || $0 == 10 }.map {
                String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self)
            }
            if words.first == name, words.count > 1 { return Int(words[1]) }
        }
        return nil
    }
}

/// How much more than before counts as nothing more.
struct Allowance {
    /// Swift's own threads come and go with what there is to do.
    var threads = 2
    var heap: Int
    var resident: Int

    func problems(_ before: Resources, _ after: Resources) -> [String] {
        var problems: [String] = []
        func check(_ name: String, _ path: KeyPath<Resources, Int>, _ allowed: Int) {
            let growth = after[keyPath: path] - before[keyPath: path]
            if growth > allowed { problems.append("\(name) grew by \(growth), \(allowed) are allowed") }
        }
        check("descriptors", \.descriptors, 0)
        check("threads", \.threads, threads)
        check("the heap", \.heap, heap)
        check("resident memory", \.resident, resident)
        return problems
    }
}
