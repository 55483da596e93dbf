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
    private var key = ""
    private var buffer: [UInt8] = []
    private var rows = CopyRowGuard()
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

    /// A part: its mark and its text, which must be one that can be read back.
    func write(_ kind: BackupFormat.Kind, _ label: String, _ text: String) throws(BackupError) {
        if kind == .sql || kind == .copy {
            do throws(BackupError.UnsafeText) { try BackupText.check(text) } catch {
                throw .unsafeText(part: label, error)
            }
        }
        var text = text
        text += kind == .copy ? "\n" : "\n\n"
        buffer += BackupFormat.Mark(kind, Int64(text.utf8.count), label).line.utf8
        buffer += text.utf8
        try flushIfFull()
    }

    /// Rows of the table with this label, as COPY gives them.
    func write(data: RawSpan, of label: String) throws(BackupError) {
        do throws(CopyRowGuard.Violation) {
            try data.withUnsafeBytes { (bytes) throws(CopyRowGuard.Violation) in try rows.pass(bytes) }
        } catch {
            throw .unsafeRows(table: label)
        }
        data.withUnsafeBytes { buffer += $0 }
        try flushIfFull()
    }

    /// The end of a table's rows.
    func endData(rows: Int, _ label: String) throws(BackupError) {
        do throws(CopyRowGuard.Violation) { try self.rows.finish() } catch { throw .unsafeRows(table: label) }
        buffer += BackupFormat.endOfData
        buffer += "\n\(BackupFormat.Mark(.rows, Int64(rows), label).line)\n".utf8
        try flushIfFull()
    }

    /// The line from which on psql takes no commands until the one of ``endRestriction()``, as pg_dump writes it. The key is
    /// nobody's to guess, so no text in the file can end it.
    func beginRestriction() throws(BackupError) {
        key = String((0..<32).map { _ in "0123456789abcdef".randomElement() ?? "0" })
        try write("\\restrict \(key)\n\n")
    }

    /// Lets psql take commands again.
    func endRestriction() throws(BackupError) { try write("\\unrestrict \(key)\n") }

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
