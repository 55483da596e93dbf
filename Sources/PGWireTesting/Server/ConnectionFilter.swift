/// What lies between a script and its client's socket, such as TLS.
package protocol ConnectionFilter: AnyObject {
    /// Takes what came from the client, and says what it means and what is to be answered to it at once.
    func receive(_ bytes: [UInt8]) throws -> (content: [UInt8], reply: [UInt8])

    /// What is to be sent to the client, so that it takes `content` from it.
    func send(_ content: [UInt8]) throws -> [UInt8]
}
