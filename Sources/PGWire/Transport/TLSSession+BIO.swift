import COpenSSL

/// A custom BIO (manual page `BIO_meth_new`) by which OpenSSL reads and writes a session's memory without copies, so
/// that an idle session holds no buffer.
extension TLSSession {
    /// The BIO of this session, which must outlive it.
    func makeBIO() -> OpaquePointer? {
        guard let method = unsafe Self.method, let bio = unsafe BIO_new(method) else { return nil }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    // Never changed once it is made.
    nonisolated(unsafe) private static let method: OpaquePointer? = {
        guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "PGWire") else { return nil }
        unsafe BIO_meth_set_read_ex(method) { bio, buffer, capacity, count in
            unsafe COpenSSL_clearRetry(bio)
            let size = unsafe TLSSession.of(bio)?.giveIncoming(
                UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
            unsafe count?.pointee = size ?? 0
            if let size, size > 0 { return 1 }
            unsafe COpenSSL_setRetryRead(bio)
            return 0
        }
        unsafe BIO_meth_set_write_ex(method) { bio, bytes, size, count in
            unsafe COpenSSL_clearRetry(bio)
            unsafe TLSSession.of(bio)?.takeOutgoing(UnsafeRawBufferPointer(start: bytes, count: size))
            unsafe count?.pointee = size
            return 1
        }
        unsafe BIO_meth_set_ctrl(method) { bio, command, _, _ in
            // It does not buffer, so a flush always succeeds; other commands do not apply.
            command == BIO_CTRL_FLUSH ? 1 : 0
        }
        return unsafe method
    }()

    private static func of(_ bio: OpaquePointer?) -> TLSSession? {
        unsafe BIO_get_data(bio).map { unsafe Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue() }
    }

    private func giveIncoming(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = unsafe min(buffer.count, incoming.count)
        guard count > 0 else { return 0 }
        unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: incoming[..<count]))
        unsafe incoming = UnsafeRawBufferPointer(rebasing: incoming[count...])
        return count
    }

    private func takeOutgoing(_ bytes: UnsafeRawBufferPointer) {
        unsafe outgoing.write(RawSpan(_unsafeBytes: bytes))
    }
}
