import COpenSSL

/// A memory buffer that OpenSSL reads PEM from or writes PEM to.
final class MemoryBIO {
    let pointer: OpaquePointer

    init(_ text: String = "") throws {
        pointer = try openSSL("BIO_new", BIO_new(BIO_s_mem()))
        if !text.isEmpty { try openSSL("BIO_write", BIO_write(pointer, text, Int32(text.utf8.count))) }
    }

    deinit { BIO_free(pointer) }

    /// The text written to it.
    var text: String {
        var data: UnsafeMutablePointer<CChar>?
        let count = COpenSSL_memoryData(pointer, &data)
        guard let data, count > 0 else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: data, count: Int(count)), as: UTF8.self)
    }
}

/// The text that `write` writes.
func pemText(_ write: (OpaquePointer) -> Int32) throws -> String {
    let bio = try MemoryBIO()
    try openSSL("writing PEM", write(bio.pointer))
    return bio.text
}

/// Throws OpenSSL's reason when `result`, of a call that returns 1 or a positive count for success, is not positive.
func openSSL(_ what: String, _ result: Int32) throws {
    if result <= 0 { throw openSSLError(what) }
}

/// Throws OpenSSL's reason when `result` is nil.
func openSSL<Value>(_ what: String, _ result: Value?) throws -> Value {
    guard let result else { throw openSSLError(what) }
    return result
}

private func openSSLError(_ what: String) -> LocalPostgresError {
    var text = [CChar](repeating: 0, count: 256)
    let code = ERR_get_error()
    ERR_error_string_n(code, &text, text.count)
    // Errors left in the thread's queue would be reported for a later call.
    ERR_clear_error()
    let reason = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return .openSSL(code == 0 ? what : "\(what): \(reason)")
}
