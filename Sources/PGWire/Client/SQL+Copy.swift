extension SQL {
    /// Whether it is a COPY whose data goes through the connection. Where other statements follow it without waiting, such
    /// a COPY ends the connection: the server takes the next message for data and no longer knows where it is
    /// ("protocol synchronization was lost").
    var copiesThroughConnection: Bool {
        let start = significantBeginning
        guard start.first.map({ $0 | 0x20 }) == UInt8(ascii: "c"),
            start.prefix(4).map({ $0 | 0x20 }) == Array("copy".utf8)
        else { return false }
        let words = text.lowercased()
        return words.utf8.contains("stdin".utf8) || words.utf8.contains("stdout".utf8)
    }
}
