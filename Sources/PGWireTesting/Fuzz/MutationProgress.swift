#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What a worker is at, in a file that is mapped into memory: to note it costs nothing, and it is there when the worker is not.
struct MutationProgress {
    private static let size = 4096
    private static let textOffset = 64
    private let memory: UnsafeMutableRawPointer

    init(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemCallFailure(call: "open \(path)", code: errno) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(Self.size)) == 0,
            let memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else { throw SystemCallFailure(call: "mmap \(path)", code: errno) }
        self.memory = memory
    }

    /// The number of the session, or of the attempt.
    var number: Int { memory.load(as: Int.self) }

    func note(_ number: Int) { memory.storeBytes(of: number, as: Int.self) }

    /// How many sessions ended so, since the file was made.
    func number(of outcome: MutationRun.Outcome) -> Int {
        memory.load(fromByteOffset: 8 * (1 + outcome.rawValue), as: Int.self)
    }

    func count(_ outcome: MutationRun.Outcome) {
        memory.storeBytes(of: number(of: outcome) + 1, toByteOffset: 8 * (1 + outcome.rawValue), as: Int.self)
    }

    /// What was wrong with the session; empty when the process has just ended.
    var problem: String {
        var bytes: [UInt8] = []
        while bytes.count < Self.size - Self.textOffset {
            let byte = memory.load(fromByteOffset: Self.textOffset + bytes.count, as: UInt8.self)
            if byte == 0 { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func note(problem: String) {
        var offset = Self.textOffset
        for byte in problem.utf8.prefix(Self.size - Self.textOffset - 1) {
            memory.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
            offset += 1
        }
        memory.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self)
    }

    func unmap() { munmap(memory, Self.size) }
}

/// Files of inputs.
enum MutationFile {
    static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCallFailure(call: "open \(path)", code: errno) }
        defer { close(descriptor) }
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = piece.withUnsafeMutableBytes { SystemCall.read(descriptor, $0) }
            guard count >= 0 else { throw SystemCallFailure(call: "read \(path)", code: errno) }
            if count == 0 { return all }
            all += piece[..<count]
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemCallFailure(call: "open \(path)", code: errno) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { SystemCall.write(descriptor, $0) }
            guard count > 0 else { throw SystemCallFailure(call: "write \(path)", code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Inputs, each behind its length of four bytes.
    static func bytes(of inputs: [[UInt8]]) -> [UInt8] {
        inputs.flatMap { input -> [UInt8] in
            let count = UInt32(truncatingIfNeeded: input.count)
            return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + input
        }
    }

    static func inputs(in bytes: [UInt8]) -> [[UInt8]] {
        var rest = bytes[...]
        var inputs: [[UInt8]] = []
        while rest.count >= 4 {
            let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            inputs.append(Array(rest.dropFirst(4).prefix(count)))
            rest = rest.dropFirst(4 + count)
        }
        return inputs
    }
}

/// Calls whose names are methods' names here.
private enum SystemCall {
    static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Darwin)
        Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #else
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    static func write(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
        #if canImport(Darwin)
        Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #else
        Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }
}
