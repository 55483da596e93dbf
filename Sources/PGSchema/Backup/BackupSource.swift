import PGSchemaSQL
import PGWire

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The bytes of a backup file without its last line, decompressed if necessary. At the end they are compared with the
/// checksum in the last line.
final class BackupSource {
    private static let pieceSize = 256 * 1024
    /// Less for compressed data, which can expand a thousandfold.
    private static let packedPieceSize = 16 * 1024

    let path: String
    /// The size of the file itself.
    let size: Int64
    private let descriptor: Int32
    private var gzip: GzipExpander?
    private var hash = SHA256()
    /// The bytes that may be the last line.
    private var held: [UInt8] = []
    private var isAtEnd = false
    /// How many bytes of the file were read.
    private(set) var position: Int64 = 0

    /// Opens the file.
    ///
    /// - Throws: ``BackupError`` when it does not exist or cannot be read.
    init(path: String) throws(BackupError) {
        #if canImport(Darwin)
        let descriptor = Darwin.open(path, O_RDONLY | O_CLOEXEC)
        #else
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        #endif
        guard descriptor >= 0 else { throw .file(action: "read", path: path, errorNumber: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            if status.st_mode & S_IFMT == S_IFDIR { throw .file(action: "read", path: path, errorNumber: EISDIR) }
            throw .file(action: "read twice, as a restore must", path: path, errorNumber: ESPIPE)
        }
        self.descriptor = descriptor
        self.path = path
        size = Int64(status.st_size)
        try rewind()
    }

    deinit { close(descriptor) }

    /// Goes back to the beginning.
    func rewind() throws(BackupError) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .file(action: "read", path: path, errorNumber: errno) }
        (hash, held, isAtEnd, position, gzip) = (SHA256(), [], false, 0, nil)
        let start = try read(upTo: GzipExpander.magic.count)
        if start == GzipExpander.magic { gzip = GzipExpander() }
        held = try expanded(start)
    }

    /// The next piece; nil after the last, when the checksum was right.
    ///
    /// - Throws: ``BackupError``
    func next() throws(BackupError) -> [UInt8]? {
        while !isAtEnd {
            let bytes = try read(upTo: gzip == nil ? Self.pieceSize : Self.packedPieceSize)
            if bytes.isEmpty {
                isAtEnd = true
                try check()
                return nil
            }
            held += try expanded(bytes)
            let count = held.count - BackupFormat.checksumLength
            guard count > 0 else { continue }
            let piece = Array(held[..<count])
            held.removeFirst(count)
            hash.update(piece)
            return piece
        }
        return nil
    }

    private func read(upTo count: Int) throws(BackupError) -> [UInt8] {
        do throws(WriteFailure) {
            let bytes = try FileBytes.read(count, from: descriptor)
            position += Int64(bytes.count)
            return bytes
        } catch {
            throw .file(action: "read", path: path, errorNumber: error.errorNumber)
        }
    }

    private func expanded(_ bytes: [UInt8]) throws(BackupError) -> [UInt8] {
        guard let gzip else { return bytes }
        do throws(GzipFailure) {
            return try gzip.expand(bytes)
        } catch .memory {
            throw .file(action: "expanded", path: path, errorNumber: ENOMEM)
        } catch {
            throw .altered(path, "its compressed data is damaged")
        }
    }

    private func check() throws(BackupError) {
        let isShort = held.count < BackupFormat.checksumLength
        if isShort, !held.starts(with: BackupFormat.magic.utf8.prefix(held.count)) { throw .notABackup(path) }
        if let gzip, !gzip.isAtEnd { throw .incomplete(path) }
        guard held.count == BackupFormat.checksumLength, held.starts(with: BackupFormat.checksumMark.utf8) else {
            throw .incomplete(path)
        }
        let digest = hash.finalize()
        hash = SHA256()
        guard held.elementsEqual(BackupFormat.checksumLine(digest).utf8) else {
            throw .altered(path, "its checksum is another one")
        }
    }
}
