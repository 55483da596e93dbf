import CFuzzer
import FuzzTargets
import Foundation
import PGWireTesting

/// Fuzzes one target by libFuzzer: `pgwire-fuzz TARGET ARGUMENTS…`, where the arguments are libFuzzer's. `pgwire-fuzz --list`
/// names the targets, and `pgwire-fuzz --seeds TARGET DIRECTORY` writes the inputs to begin with.
@main struct Driver {
    /// What is fuzzed; the callback of C knows nothing of it.
    nonisolated(unsafe) static var target = FuzzTarget.all[0]
    static let targets = FuzzTarget.all + [FuzzTarget.libpq]

    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.count > 1, arguments[1] == "--list" {
            return print(targets.map(\.name).joined(separator: "\n"))
        }
        let isSeeding = arguments.count == 4 && arguments[1] == "--seeds"
        guard arguments.count > 1, let target = targets.first(where: { $0.name == arguments[isSeeding ? 2 : 1] }) else {
            print("say which of these is to be fuzzed: \(targets.map(\.name).joined(separator: ", "))")
            exit(2)
        }
        if isSeeding { return try write(target.seeds() + target.kept, to: URL(filePath: arguments[3])) }
        Self.target = target
        // libFuzzer takes only what nobody else has taken, and Swift's own reports of crashes would end the process unseen by it.
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] { signal(number, SIG_DFL) }
        // libFuzzer reads the arguments, in memory that stays.
        var pointers: [UnsafeMutablePointer<CChar>?] =
            ([arguments[0], "-max_len=\(target.longest)"] + arguments.dropFirst(2))
            .map { strdup($0) }
        var count = CInt(pointers.count)
        pointers.append(nil)
        let status = pointers.withUnsafeMutableBufferPointer { buffer in
            var base = buffer.baseAddress
            return LLVMFuzzerRunDriver(&count, &base) { bytes, size in
                Driver.play(UnsafeBufferPointer(start: bytes, count: size))
            }
        }
        exit(status)
    }

    /// Changes an input: a session by its messages half of the time, anything else as libFuzzer does.
    fileprivate static func mutate(_ bytes: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int, _ seed: UInt32)
        -> Int
    {
        let isSession = target.name == "session" || target.name == "login"
        guard isSession, seed & 1 == 0 else { return LLVMFuzzerMutate(bytes, size, limit) }
        var mutation = SessionMutation(seed: UInt64(seed))
        let changed = mutation.changed(Array(UnsafeBufferPointer(start: bytes, count: size)))
        guard changed.count <= limit else { return LLVMFuzzerMutate(bytes, size, limit) }
        _ = UnsafeMutableBufferPointer(start: bytes, count: limit).update(fromContentsOf: changed)
        return changed.count
    }

    private static func play(_ bytes: UnsafeBufferPointer<UInt8>) -> CInt {
        do throws(FuzzProblem) {
            try target.play([UInt8](bytes))
        } catch {
            FileHandle.standardError.write(Data("\(target.name): \(error)\n".utf8))
            // libFuzzer takes it for a crash, and keeps the input.
            abort()
        }
        return 0
    }

    private static func write(_ seeds: [[UInt8]], to directory: URL) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for (index, seed) in seeds.enumerated() {
            try Data(seed).write(to: directory.appending(path: "seed-\(index)"))
        }
    }
}

/// What libFuzzer calls, where there is one, in place of its own mutations.
@_cdecl("LLVMFuzzerCustomMutator")
func mutate(_ bytes: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int, _ seed: UInt32) -> Int {
    Driver.mutate(bytes, size, limit, seed)
}
