/// What changes the bytes of one connection on their way through a ``FaultyProxy``.
package protocol StreamRewriting {
    /// What goes on in place of the bytes that came now. They may be kept back, to go on later.
    mutating func rewrite(_ bytes: [UInt8]) -> [UInt8]
    /// What was kept back, as the stream has ended.
    mutating func rest() -> [UInt8]
}
