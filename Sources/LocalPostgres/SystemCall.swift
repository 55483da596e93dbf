#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Repeats `body` while signals interrupt it; throws its `errno` when it fails.
@discardableResult
func systemCall<Value: SignedInteger>(_ name: String, _ path: String = "", _ body: () -> Value) throws -> Value {
    while true {
        let value = body()
        if value != -1 { return value }
        // Read first, as any other call may change it.
        let errorNumber = errno
        if errorNumber != EINTR {
            throw LocalPostgresError.systemCall(name: name, path: path, errorNumber: errorNumber)
        }
    }
}

/// The system's message for an error number.
func systemMessage(_ errorNumber: Int32) -> String {
    var text = [CChar](repeating: 0, count: 256)
    guard strerror_r(errorNumber, &text, text.count) == 0 else { return "error \(errorNumber)" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// An environment variable that is set and not empty.
func environmentVariable(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
}
