import CZlib

/// Why gzip data cannot be written or read.
package enum GzipFailure: Error {
    case memory, damaged
}

/// Compresses to gzip, piece by piece.
final class GzipCompressor {
    private let zlib = Zlib()
    private let isReady: Bool

    init() { isReady = CZlib_deflateInit(zlib.stream, Z_DEFAULT_COMPRESSION) == Z_OK }

    deinit { if isReady { deflateEnd(zlib.stream) } }

    /// The output for `bytes`, possibly none yet; with `isEnd` all the rest.
    ///
    /// - Throws: ``GzipFailure/memory``
    func compress(_ bytes: [UInt8], isEnd: Bool = false) throws(GzipFailure) -> [UInt8] {
        guard isReady else { throw .memory }
        let (output, result) = zlib.run(bytes) { stream in deflate(stream, isEnd ? Z_FINISH : Z_NO_FLUSH) }
        guard result == Z_OK || result == Z_BUF_ERROR || result == Z_STREAM_END else { throw .memory }
        return output
    }
}

/// Decompresses gzip, piece by piece.
package final class GzipExpander {
    /// The first bytes of a gzip file.
    static let magic: [UInt8] = [0x1F, 0x8B]

    private let zlib = Zlib()
    private let isReady: Bool
    /// Whether the end was reached and its checksum was right.
    private(set) var isAtEnd = false

    package init() { isReady = CZlib_inflateInit(zlib.stream) == Z_OK }

    deinit { if isReady { inflateEnd(zlib.stream) } }

    /// The output for `bytes`.
    ///
    /// - Throws: ``GzipFailure``
    package func expand(_ bytes: [UInt8]) throws(GzipFailure) -> [UInt8] {
        guard isReady else { throw .memory }
        guard !bytes.isEmpty else { return [] }
        guard !isAtEnd else { throw .damaged }
        let (output, result) = zlib.run(bytes) { stream in inflate(stream, Z_NO_FLUSH) }
        switch result {
        case Z_OK, Z_BUF_ERROR: return output
        case Z_STREAM_END where zlib.stream.pointee.avail_in == 0:
            isAtEnd = true
            return output
        case Z_MEM_ERROR: throw .memory
        default: throw .damaged
        }
    }
}

/// zlib's state, at a fixed address, because zlib stores that.
private final class Zlib {
    private static let pieceSize = 64 * 1024

    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init() { stream.initialize(to: z_stream()) }

    deinit { stream.deallocate() }

    /// Repeats `step` until all input is consumed and all output produced, or it returns anything but Z_OK.
    func run(_ bytes: [UInt8], _ step: (UnsafeMutablePointer<z_stream>) -> Int32) -> (output: [UInt8], result: Int32) {
        var output: [UInt8] = []
        var input = bytes
        var piece = [UInt8](repeating: 0, count: Self.pieceSize)
        var result = Z_OK
        input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = uInt(input.count)
            repeat {
                piece.withUnsafeMutableBufferPointer { piece in
                    stream.pointee.next_out = piece.baseAddress
                    stream.pointee.avail_out = uInt(piece.count)
                    result = step(stream)
                }
                output += piece[..<(piece.count - Int(stream.pointee.avail_out))]
            } while result == Z_OK && (stream.pointee.avail_out == 0 || stream.pointee.avail_in > 0)
        }
        return (output, result)
    }
}
