#if ScribeApp
import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Ends connections whose requests have no end: one sender needs no more than a few bytes now and then to keep a connection.
///
/// A header that does not come about is Hummingbird's idle time, which only whole parts of requests begin anew. This handler
/// bounds what comes behind the header. No route takes a body by now, so that small ones are all that anybody may mean.
final class RequestLimits: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    /// How large a request's body may be, in bytes.
    static let maximumBody = 1 << 20

    private let timeout: TimeAmount
    private var received = 0
    private var deadline: Scheduled<Void>?

    /// - Parameter timeout: how long a request may take from the end of its header to its own.
    init(timeout: TimeAmount) { self.timeout = timeout }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            received = 0
            startClock(context)
        case .body(let buffer):
            received += buffer.readableBytes
            guard received <= Self.maximumBody else {
                stopClock()
                return context.close(promise: nil)
            }
        case .end: stopClock()
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopClock()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stopClock() }

    private func startClock(_ context: ChannelHandlerContext) {
        stopClock()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
    }

    private func stopClock() {
        deadline?.cancel()
        deadline = nil
    }
}
#endif
