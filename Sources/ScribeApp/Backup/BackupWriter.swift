#if ScribeApp
import PGWire

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Writes a backup's parts, sums them up, and compresses them where that is asked for. It keeps some hundred KiB at most.
final class BackupWriter {
    private static let pieceSize = 256 * 1024

    private let file: NewFile?
    private let gzip: GzipCompressor?
    private var hash = SHA256()
    private var buffer: [UInt8] = []
    /// How many bytes were written, before they were compressed.
    private(set) var count: Int64 = 0

    /// Writes to the file, or to standard output when it is nil.
    init(_ file: NewFile?, isCompressed: Bool) {
        self.file = file
        gzip = isCompressed ? GzipCompressor() : nil
        buffer.reserveCapacity(Self.pieceSize + 64 * 1024)
    }

    /// Lines that stand alone: comments.
    func write(_ line: String) throws(BackupError) {
        buffer += line.utf8
        try flushIfFull()
    }

    /// A part: its mark and its text.
    func write(_ kind: BackupFormat.Kind, _ label: String, _ text: String) throws(BackupError) {
        var text = text
        text += kind == .copy ? "\n" : "\n\n"
        buffer += BackupFormat.Mark(kind, Int64(text.utf8.count), label).line.utf8
        buffer += text.utf8
        try flushIfFull()
    }

    /// Rows of a table, as COPY gives them.
    func write(data: RawSpan) throws(BackupError) {
        data.withUnsafeBytes { buffer += $0 }
        try flushIfFull()
    }

    /// The end of a table's rows.
    func endData(rows: Int, _ label: String) throws(BackupError) {
        buffer += BackupFormat.endOfData
        buffer += "\n\(BackupFormat.Mark(.rows, Int64(rows), label).line)\n".utf8
        try flushIfFull()
    }

    /// Writes the checksum, and lets the file appear.
    func finish() throws(BackupError) {
        try flush()
        buffer = Array(BackupFormat.checksumLine(hash.finalize()).utf8)
        hash = SHA256()
        try flush()
        if let gzip { try put(try compressed(gzip, [], isEnd: true)) }
        try file?.finish()
    }

    private func flushIfFull() throws(BackupError) {
        if buffer.count >= Self.pieceSize { try flush() }
    }

    private func flush() throws(BackupError) {
        hash.update(buffer)
        count += Int64(buffer.count)
        if let gzip { try put(try compressed(gzip, buffer)) } else { try put(buffer) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func compressed(
        _ gzip: GzipCompressor, _ bytes: [UInt8], isEnd: Bool = false
    ) throws(BackupError) -> [UInt8] {
        do throws(GzipFailure) {
            return try gzip.compress(bytes, isEnd: isEnd)
        } catch {
            throw .file(action: "compressed", path: "the backup", errorNumber: ENOMEM)
        }
    }

    private func put(_ bytes: [UInt8]) throws(BackupError) {
        if let file { return try file.write(bytes) }
        do throws(WriteFailure) {
            try FileBytes.write(bytes, to: STDOUT_FILENO)
        } catch {
            throw .file(action: "written", path: "standard output", errorNumber: error.errorNumber)
        }
    }
}
#endif
