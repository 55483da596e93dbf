#if ScribeApp
import Hummingbird
import PGSchemaSQL

/// Which pages of other origins may call, as the original's framework answers browsers (Starlette's `CORSMiddleware`).
struct CORSPolicy: RouterMiddleware {
    /// Exact origins; `*` allows every one.
    let allowedOrigins: [String]

    private static let methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]

    @concurrent func handle(
        _ request: Request, context: BasicRequestContext,
        next: Next
    ) async throws -> Response {
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        if request.method == .options, let method = request.headers[.accessControlRequestMethod] {
            return preflight(from: origin, method: method, headers: request.headers[.accessControlRequestHeaders])
        }
        var response = try await next(request, context)
        response.headers[.accessControlAllowCredentials] = "true"
        if allows(origin) {
            response.headers[.accessControlAllowOrigin] = origin
            response.headers[.vary] = "Origin"
        }
        return response
    }

    /// Answered on any path, known or not.
    private func preflight(from origin: String, method: String, headers: String?) -> Response {
        var refused: [String] = []
        if !allows(origin) { refused.append("origin") }
        if !Self.methods.contains(method) { refused.append("method") }
        var response: Response =
            refused.isEmpty
            ? .text("OK") : .text("Disallowed CORS " + refused.joined(separator: ", "), status: .badRequest)
        response.headers[.vary] = "Origin"
        response.headers[.accessControlAllowMethods] = Self.methods.joined(separator: ", ")
        response.headers[.accessControlMaxAge] = "600"
        response.headers[.accessControlAllowCredentials] = "true"
        if allows(origin) { response.headers[.accessControlAllowOrigin] = origin }
        if let headers { response.headers[.accessControlAllowHeaders] = headers }
        return response
    }

    private func allows(_ origin: String) -> Bool { allowedOrigins.contains { $0 == "*" || $0 == origin } }
}
#endif
