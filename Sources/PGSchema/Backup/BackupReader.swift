import PGSchemaSQL

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Reads a backup part by part, in constant memory but for the text of a statement.
final class BackupReader {
    /// More than any statement of a schema.
    private static let longestStatement: Int64 = 64 << 20

    private let source: BackupSource
    private var buffer: [UInt8] = []
    private var start = 0
    /// Whether what comes next belongs to a row whose beginning was handed out already.
    private var isInRow = false
    /// The name of the schema that the backup is of, as a comment can hold it.
    private(set) var schema = ""

    var position: Int64 { source.position }

    /// A part of the file.
    enum Part {
        case begin
        case sql(label: String, text: String)
        /// Rows follow, to be had from ``BackupReader/nextRows()``.
        case copy(label: String, text: String)
        case rows(label: String, count: Int64)
        case commit
    }

    /// Begins anew at the file's beginning.
    init(_ source: BackupSource) throws(BackupError) {
        self.source = source
        try source.rewind()
        switch try line().map(BackupFormat.kind(ofFirstLine:)) ?? .noBackup {
        case .known: break
        case .withCarriageReturn: throw .altered(source.path, "its line ends are other ones")
        case .otherFormat: throw .unknownFormat(source.path)
        case .noBackup: throw .notABackup(source.path)
        }
        while let line = try self.line(), !line.isEmpty {
            if line.starts(withBytesOf: BackupFormat.schemaMark) {
                schema = BackupFormat.printable(
                    String(line.unicodeScalars.dropFirst(BackupFormat.schemaMark.utf8.count)))
            }
        }
    }

    /// Reads all that is left, which checks that it is what was written.
    func check(_ body: () throws -> Void) throws {
        (buffer, start) = ([], 0)
        while try source.next() != nil { try body() }
    }

    /// The next part; nil after the last.
    ///
    /// - Throws: ``BackupError``
    func next() throws(BackupError) -> Part? {
        while let line = try line() {
            guard line.starts(withBytesOf: "--@") else {
                guard line.isEmpty || line.starts(withBytesOf: "--") || BackupFormat.isForPsql(line) else {
                    throw damaged
                }
                continue
            }
            guard let mark = BackupFormat.Mark(line) else { throw damaged }
            if mark.kind == .rows { return .rows(label: mark.label, count: mark.number) }
            let text = try text(mark.number)
            switch mark.kind {
            case .begin: return .begin
            case .commit: return .commit
            case .copy: return .copy(label: mark.label, text: text)
            case .sql, .rows: return .sql(label: mark.label, text: text)
            }
        }
        return nil
    }

    /// The next rows of those that follow a ``Part/copy(label:text:)``, or a piece of one that is long; nil when the line
    /// that ends them was passed.
    func nextRows() throws(BackupError) -> [UInt8]? {
        while true {
            let (end, isLast) = isInRow ? endOfPiece() : endOfLines()
            if end > start {
                defer { start = end }
                return Array(buffer[start..<end])
            }
            if isLast {
                start += BackupFormat.endOfData.count + 1
                return nil
            }
            // Too long for the line that ends the rows, so it need not be complete to be told from that.
            guard !isInRow, buffer.count - start > BackupFormat.endOfData.count else {
                guard try fill() else { throw damaged }
                continue
            }
            isInRow = true
        }
    }

    /// Where the row ends that was begun, as far as it is there.
    private func endOfPiece() -> (Int, isLast: Bool) {
        guard let length = buffer.withUnsafeBytes({ Self.lineLength($0, from: start) }) else {
            return (buffer.count, false)
        }
        isInRow = false
        return (start + length + 1, false)
    }

    /// Where the whole lines end that are there, or the line that is the last.
    private func endOfLines() -> (Int, isLast: Bool) {
        buffer.withUnsafeBytes { bytes in
            var position = start
            while let length = Self.lineLength(bytes, from: position) {
                if length == 2, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: ".") {
                    return (position, true)
                }
                position += length + 1
            }
            return (position, false)
        }
    }

    private static func lineLength(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let end = memchr(base + start, 10, bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(end) - (base + start)
    }

    /// The next line without its end; nil when there is none.
    private func line() throws(BackupError) -> String? {
        while true {
            let length = buffer.withUnsafeBytes { Self.lineLength($0, from: start) }
            if let length {
                defer { start += length + 1 }
                return String(decoding: buffer[start..<(start + length)], as: UTF8.self)
            }
            guard buffer.count - start <= BackupFormat.longestMark else { throw notOurs }
            guard try fill() else {
                guard start == buffer.count else { throw damaged }
                return nil
            }
        }
    }

    private func text(_ length: Int64) throws(BackupError) -> String {
        guard length <= Self.longestStatement else { throw damaged }
        while buffer.count - start < Int(length) {
            guard try fill() else { throw damaged }
        }
        defer { start += Int(length) }
        return String(decoding: buffer[start..<(start + Int(length))], as: UTF8.self)
    }

    private func fill() throws(BackupError) -> Bool {
        guard let piece = try source.next() else { return false }
        if start > 0 { buffer.removeFirst(start) }
        start = 0
        buffer += piece
        return true
    }

    private var damaged: BackupError { .altered(source.path, "its parts do not fit together") }
    private var notOurs: BackupError { .notABackup(source.path) }
}
