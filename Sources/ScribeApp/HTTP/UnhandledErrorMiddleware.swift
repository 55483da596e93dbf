#if ScribeApp
import Hummingbird
import Logging
import PGSchemaReports
import PGSchemaSQL

/// Answers 500 with plain text to whatever nobody else handled, as the original does. It stands outside CORS on purpose:
/// browsers know this case as a network failure.
struct UnhandledErrorMiddleware: RouterMiddleware {
    @concurrent func handle(
        _ request: Request, context: BasicRequestContext,
        next: Next
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            context.logger.error("\(request.method) \(request.uri.path): \(ShownText(error).onOneLine)")
            return .text("Internal Server Error", status: .internalServerError)
        }
    }
}
#endif
