import PGWire

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Writes the parts of a backup with their checksum, compressed if requested. It buffers a few hundred KiB.
final class BackupWriter {
    private static let pieceSize = 256 * 1024

    private let file: NewFile?
    /// Whether all of it goes nowhere.
    private let isDiscarded: Bool
    /// What is written, if somebody wants to compare it.
    var record: BackupRecord?
    private let gzip: GzipCompressor?
    private var hash = SHA256()
    private var key = ""
    private var buffer: [UInt8] = []
    private var rows = CopyRowGuard()
    /// How many bytes were written, before compression.
    private(set) var count: Int64 = 0

    /// Writes to the file, or to standard output when it is nil.
    init(_ file: NewFile?, isCompressed: Bool) {
        self.file = file
        isDiscarded = false
        gzip = isCompressed ? GzipCompressor() : nil
        buffer.reserveCapacity(Self.pieceSize + 64 * 1024)
    }

    /// Writes nothing, and fills the record.
    init(filling record: BackupRecord) {
        (file, gzip, isDiscarded) = (nil, nil, true)
        self.record = record
    }

    /// Writes lines outside of parts: comments.
    func write(_ line: String) throws(BackupError) {
        buffer += line.utf8
        try flushIfFull()
    }

    /// Writes a part: its mark and its text, which is checked (``BackupText``).
    func write(_ kind: BackupFormat.Kind, _ label: String, _ text: String) throws(BackupError) {
        if kind == .sql || kind == .copy {
            do throws(BackupError.UnsafeText) { try BackupText.check(text) } catch {
                throw .unsafeText(part: label, error)
            }
        }
        guard text.utf8.count < BackupFormat.longestStatement - 2 else {
            throw .tooLong(part: label)
        }
        if kind == .sql { record?.add(statement: text, label) }
        var text = text
        text += kind == .copy ? "\n" : "\n\n"
        buffer += BackupFormat.Mark(kind, Int64(text.utf8.count), label).line.utf8
        buffer += text.utf8
        try flushIfFull()
    }

    /// Writes rows of the table with this label, as COPY sends them.
    func write(data: RawSpan, of label: String) throws(BackupError) {
        do throws(CopyRowGuard.Violation) {
            try data.withUnsafeBytes { (bytes) throws(CopyRowGuard.Violation) in try rows.pass(bytes) }
        } catch {
            throw .unsafeRows(table: label)
        }
        data.withUnsafeBytes { bytes in
            record?.add(row: bytes)
            buffer += bytes
        }
        try flushIfFull()
    }

    /// Writes the end of a table's rows.
    func endData(rows: Int, _ label: String) throws(BackupError) {
        do throws(CopyRowGuard.Violation) { try self.rows.finish() } catch { throw .unsafeRows(table: label) }
        buffer += BackupFormat.endOfData
        buffer += "\n\(BackupFormat.Mark(.rows, Int64(rows), label).line)\n".utf8
        try flushIfFull()
    }

    /// Writes `\restrict`, as pg_dump does: psql runs no backslash commands until ``endRestriction()``. The key is random, so
    /// no text in the file can end it.
    func beginRestriction() throws(BackupError) {
        key = String((0..<32).map { _ in "0123456789abcdef".randomElement() ?? "0" })
        try write("\\restrict \(key)\n\n")
    }

    /// Writes `\unrestrict`.
    func endRestriction() throws(BackupError) { try write("\\unrestrict \(key)\n") }

    /// Writes the checksum, after which the file can be read by its temporary name.
    ///
    /// - Returns: that name; nil without a file.
    @discardableResult
    func end() throws(BackupError) -> String? {
        try flush()
        buffer = Array(BackupFormat.checksumLine(hash.finalize()).utf8)
        hash = SHA256()
        try flush()
        if let gzip { try put(try compressed(gzip, [], isEnd: true)) }
        return file?.partial
    }

    /// Gives the file its name.
    func finish() throws(BackupError) { try file?.finish() }

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
        if isDiscarded { return }
        if let file { return try file.write(bytes) }
        do throws(WriteFailure) {
            try FileBytes.write(bytes, to: STDOUT_FILENO)
        } catch {
            throw .file(action: "written", path: "standard output", errorNumber: error.errorNumber)
        }
    }
}
