import PGWire
import Synchronization

/// Collects the server's warnings.
final class RestoreNotes: Sendable {
    private let notes = Mutex<[String]>([])

    var all: [String] { notes.withLock { $0 } }

    func take(_ notice: ServerError) {
        guard notice.severity == "WARNING" else { return }
        notes.withLock { $0.append(notice.message) }
    }
}
