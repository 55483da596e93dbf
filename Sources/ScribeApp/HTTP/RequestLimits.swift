#if ScribeApp
import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Ends connections that would have no end: one client needs no more than a few bytes now and then to keep one.
///
/// A header that does not come about is Hummingbird's idle time, which only whole parts of requests begin anew. This handler
/// bounds what comes behind the header, how large all of it is, and the time until answers are taken.
final class RequestLimits: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How large a request may be, in bytes. No route takes a body by now, so that small ones are all that anybody may mean.
    static let maximumSize = 1 << 20

    private let timeout: TimeAmount
    private let clients: Clients
    private let size = RequestSize(maximum: maximumSize)
    private var endOfRequest: Scheduled<Void>?
    private var takingOfAnswer: Scheduled<Void>?
    private var unanswered = 0
    private var isBroken = false
    private var isTooLarge = false

    /// - Parameter timeout: how long a request may take from the end of its header to its own, and a client that takes nothing
    ///   of its answers.
    init(timeout: TimeAmount, among clients: Clients) {
        self.timeout = timeout
        self.clients = clients
    }

    func handlerAdded(context: ChannelHandlerContext) {
        clients.add(context.channel)
        // Fails only when the channel is closed.
        try? context.pipeline.syncOperations.addHandler(size, position: .first)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            start(&endOfRequest, context)
        case .body: break
        case .end:
            size.reset()
            stop(&endOfRequest)
            clients.noteRequest(context.channel)
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The first is answered with 400, the others are about what comes behind it.
        if !isBroken { unanswered += 1 }
        isBroken = true
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is RequestSize.Exceeded else { return context.fireUserInboundEventTriggered(event) }
        isTooLarge = true
        if unanswered == 0 { context.close(promise: nil) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        unanswered -= 1
        if unanswered == 0 { clients.noteAnswer(context.channel) }
        guard isTooLarge || isBroken, unanswered == 0 else { return context.write(data, promise: promise) }
        // Not before: whoever sent that shall know why it is refused.
        context.writeAndFlush(data, promise: promise)
        context.close(promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stop(&takingOfAnswer)
        } else {
            start(&takingOfAnswer, context)
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopAll()
        clients.remove(context.channel)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stopAll()
        clients.remove(context.channel)
    }

    private func start(_ clock: inout Scheduled<Void>?, _ context: ChannelHandlerContext) {
        stop(&clock)
        let channel = context.channel
        clock = context.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
    }

    private func stop(_ clock: inout Scheduled<Void>?) {
        clock?.cancel()
        clock = nil
    }

    private func stopAll() {
        stop(&endOfRequest)
        stop(&takingOfAnswer)
    }
}
#endif
