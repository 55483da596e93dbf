/// The notifications that have come on a connection that listens, until somebody asks for them.
///
/// While somebody waits for them it takes all that a read brings. What comes while other statements run is kept up to a
/// limit, and what is more than that is counted.
package struct NotificationQueue: Sendable {
    /// What is asked for, in the order in which it came.
    package enum Entry: Sendable, Hashable {
        case notification(PostgresNotification)
        /// So many came here and were too many to be kept.
        case dropped(Int)
    }

    private var entries: [Entry] = []
    /// The first were taken off before this index, so that taking one off moves nothing.
    private var head = 0
    /// How many notifications are in it, and the bytes of their texts.
    package private(set) var count = 0
    package private(set) var byteCount = 0
    private let maximumCount: Int
    private static let maximumBytes = 16 << 20
    /// Whether there is no limit but what one read brings.
    package var isBeingRead = false

    /// A queue that keeps at most so many, and 16 MiB of text.
    package init(maximumCount: Int) { self.maximumCount = maximumCount }

    package var isEmpty: Bool { head == entries.count }

    package mutating func append(_ notification: PostgresNotification) {
        guard isBeingRead || count < maximumCount && byteCount + notification.byteCount <= Self.maximumBytes else {
            return drop()
        }
        entries.append(.notification(notification))
        count += 1
        byteCount += notification.byteCount
    }

    private mutating func drop() {
        if !isEmpty, case .dropped(let dropped) = entries[entries.count - 1] {
            entries[entries.count - 1] = .dropped(dropped + 1)
        } else {
            entries.append(.dropped(1))
        }
    }

    package mutating func popFirst() -> Entry? {
        guard !isEmpty else { return nil }
        let first = entries[head]
        head += 1
        if head == entries.count {
            entries.removeAll(keepingCapacity: entries.capacity <= 64)
            head = 0
        } else if head > 32, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
        if case .notification(let notification) = first {
            count -= 1
            byteCount -= notification.byteCount
        }
        return first
    }
}

extension PostgresNotification {
    fileprivate var byteCount: Int { channel.text.utf8.count + payload.utf8.count }
}
