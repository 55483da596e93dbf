import PGSchemaSQL

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Reads a backup part by part. Only the text of a statement is held in memory as a whole.
final class BackupReader {

    private let source: BackupSource
    private var buffer: [UInt8] = []
    private var start = 0
    /// Whether the next bytes continue a row whose beginning was returned already.
    private var isInRow = false
    /// The names of the backup's schemas, as in the header's comments.
    private(set) var schemas: [String] = []
    /// Whether it is of the schema that was the default one, rather than of those of certain names.
    private(set) var isOfDefaultSchema = false

    var position: Int64 { source.position }
    var path: String { source.path }

    /// A part of the file.
    enum Part {
        case begin
        case sql(label: String, text: String)
        /// Rows follow, which are read by ``BackupReader/nextRows()``.
        case copy(label: String, text: String)
        case rows(label: String, count: Int64)
        case commit
    }

    /// Starts at the beginning of the file, and reads the header.
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
            for mark in [BackupFormat.schemaMark, BackupFormat.namedSchemaMark] where line.starts(withBytesOf: mark) {
                schemas.append(BackupFormat.printable(String(line.unicodeScalars.dropFirst(mark.utf8.count))))
                isOfDefaultSchema = mark == BackupFormat.schemaMark
            }
        }
    }

    /// Reads the rest of the file, which checks the checksum.
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

    /// The next rows after a ``Part/copy(label:text:)``, or a piece of a long row; nil at the line that ends them.
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
            // Too long for the line that ends the rows, so an incomplete row can be returned.
            guard !isInRow, buffer.count - start > BackupFormat.endOfData.count else {
                guard try fill() else { throw damaged }
                continue
            }
            isInRow = true
        }
    }

    /// Where the current row ends, or the bytes in the buffer do.
    private func endOfPiece() -> (Int, isLast: Bool) {
        guard let length = buffer.withUnsafeBytes({ Self.lineLength($0, from: start) }) else {
            return (buffer.count, false)
        }
        isInRow = false
        return (start + length + 1, false)
    }

    /// Where the last whole row in the buffer ends, or the line begins that ends the rows.
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

    /// The next line without its line feed; nil at the end.
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
        guard length <= BackupFormat.longestStatement else { throw damaged }
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
