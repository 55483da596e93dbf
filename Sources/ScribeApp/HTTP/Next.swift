#if ScribeApp
import Hummingbird

/// What a middleware passes a request on to. Hummingbird's functions leave the caller's actor, which this package's own
/// need not do unless they say so.
typealias Next = @concurrent (Request, BasicRequestContext) async throws -> Response
#endif
