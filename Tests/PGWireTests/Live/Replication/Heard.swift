import PGWire
import PGWireTesting
import Synchronization

/// What a scripted server was told by one who replicates.
final class Heard: Sendable {
    private let words = Mutex<[String]>([])

    var all: [String] { words.withLock { $0 } }
    var count: Int { all.count }

    /// The three places of a status update; the name of anything else.
    func note(_ request: FrontendRequest) {
        var text = request.kind.rawValue
        if case .copyData(let data) = request, data.first == UInt8(ascii: "r") {
            var reader = ByteReader(data.rawSpan)
            _ = try? reader.read(UInt8.self)
            text = (0..<3).map { _ in "\((try? reader.read(UInt64.self)) ?? 0)" }.joined(separator: " ")
        }
        words.withLock { $0.append(text) }
    }
}
