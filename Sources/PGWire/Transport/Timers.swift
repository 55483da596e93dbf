/// A priority queue of values by instant, the earliest first (a binary heap).
package struct Timers<Value> {
    private var heap: [(instant: MonotonicInstant, value: Value)] = []

    package init() {}

    package var count: Int { heap.count }

    /// The earliest instant.
    package var first: MonotonicInstant? { heap.first?.instant }

    package mutating func insert(_ value: Value, at instant: MonotonicInstant) {
        heap.append((instant, value))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].instant < heap[parent].instant else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Removes and returns the first value if it is due.
    package mutating func popFirst(dueBy now: MonotonicInstant) -> (instant: MonotonicInstant, value: Value)? {
        guard let first = heap.first, first.instant <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first
    }

    /// Removes those that are not wanted any more.
    package mutating func removeAll(where isUnwanted: (MonotonicInstant, Value) -> Bool) {
        heap.removeAll { isUnwanted($0.instant, $0.value) }
        for parent in (0..<heap.count / 2).reversed() { sink(from: parent) }
    }

    private mutating func sink(from start: Int = 0) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].instant < heap[least].instant { least = child }
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
