#if ScribeApp
import NIOCore

/// Counts a request's bytes as they come, in front of everything that reads them.
///
/// Not all are a body's: there are blank lines before a request, texts beside the sizes of chunks, and whatever somebody
/// sends on behind a broken request or one to change the protocol. The latter NIO would keep in memory.
final class RequestSize: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The event that tells the handlers behind this one; nothing more is read then.
    struct Exceeded {}

    private let maximum: Int
    private var received = 0

    init(maximum: Int) { self.maximum = maximum }

    /// The next byte belongs to another request.
    func reset() {
        // Once too large stays too large: bytes are missing by then.
        if received <= maximum { received = 0 }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let wasExceeded = received > maximum
        received += unwrapInboundIn(data).readableBytes
        if received <= maximum {
            context.fireChannelRead(data)
        } else if !wasExceeded {
            context.fireUserInboundEventTriggered(Exceeded())
        }
    }

    func read(context: ChannelHandlerContext) {
        if received <= maximum { context.read() }
    }
}
#endif
