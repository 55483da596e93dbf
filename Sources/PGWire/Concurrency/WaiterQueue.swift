/// Those who wait, first in first out; any of them can leave the queue.
struct WaiterQueue<Element> {
    /// A dictionary beside it would be faster to leave by, but few leave.
    private var entries: [(ticket: UInt64, element: Element)] = []
    /// The first were taken off before this index; so that taking one off moves nothing.
    private var head = 0
    private var nextTicket: UInt64 = 0

    init() {}

    var count: Int { entries.count - head }
    var isEmpty: Bool { head == entries.count }
    var first: Element? { isEmpty ? nil : entries[head].element }

    /// A ticket, by which to leave the line again. It is taken beforehand, as who may be cancelled must be able to say
    /// who leaves before it is in the queue.
    mutating func takeTicket() -> UInt64 {
        defer { nextTicket &+= 1 }
        return nextTicket
    }

    mutating func append(_ element: Element, ticket: UInt64) {
        entries.append((ticket, element))
    }

    mutating func popFirst() -> Element? {
        guard let first else { return nil }
        head += 1
        if head == entries.count || head > 32 && head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
        return first
    }

    /// Takes the one with this ticket out of the queue; nil when it is not, or no longer, there.
    mutating func remove(_ ticket: UInt64) -> Element? {
        guard let index = entries[head...].firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return entries.remove(at: index).element
    }

    /// Takes those off that match, in order.
    mutating func removeAll(where isMatch: (Element) -> Bool) -> [Element] {
        let matching = entries[head...].map(\.element).filter(isMatch)
        if !matching.isEmpty {
            entries.removeFirst(head)
            head = 0
            entries.removeAll { isMatch($0.element) }
        }
        return matching
    }

    /// Those who wait, in order.
    var elements: some Sequence<Element> { entries[head...].lazy.map(\.element) }

    /// Takes all off, in order.
    mutating func removeAll() -> [Element] {
        let all = entries[head...].map(\.element)
        entries = []
        head = 0
        return all
    }
}
