#if ScribeApp
import Hummingbird
import PGSchemaSQL
import PGWire

/// One path and method, and what answers there.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// `{name}` stands for any one part.
    let path: String
    let handler: @Sendable (Request, BasicRequestContext) async throws -> Response

    /// A route that reads.
    static func get(
        _ path: String, _ handler: @escaping @Sendable (Request, BasicRequestContext) async throws -> Response
    ) -> Route {
        Route(method: .get, path: path, handler: handler)
    }
}

/// The paths that exist, in the order of their declaration.
///
/// Hummingbird's router ignores slashes at the end and answers 404 to a method that a path does not have; clients of the
/// original know 307 and 405 there, so this table decides before the router does.
package struct RouteTable: Sendable {
    private let routes: [(method: HTTPRequest.Method, pattern: [String])]

    init(_ routes: [Route]) {
        self.routes = routes.map { ($0.method, Self.parts(of: $0.path)) }
    }

    /// What to answer instead of calling the router; nil when a route matches.
    func refusal(of request: Request) -> Response? {
        let methods = methods(at: request.uri.path)
        if methods.contains(request.method) { return nil }
        if let first = methods.first {
            var response = Response.error(.methodNotAllowed, "Method Not Allowed")
            response.headers[.allow] = first.rawValue
            return response
        }
        return redirect(request) ?? .error(.notFound, "Not Found")
    }

    /// 307 to the path with a slash at its end, or without all of them.
    private func redirect(_ request: Request) -> Response? {
        guard let other = Self.otherEnd(of: request.uri.path), !methods(at: other).isEmpty else { return nil }
        let query = request.uri.query.map { "?" + $0 } ?? ""
        // Without a host: what a request says of that is nobody's word but the client's.
        return Response(status: .temporaryRedirect, headers: [.location: "\(other)\(query)"])
    }

    /// The path with a slash at its end when it has none, without all of them otherwise; nil when there is none, or when
    /// clients would take it for another host's name.
    package static func otherEnd(of path: String) -> String? {
        let slash = UInt8(ascii: "/")
        var other = Array(path.utf8)
        if other.last == slash {
            while other.last == slash { other.removeLast() }
        } else {
            other.append(slash)
        }
        // Browsers read a backslash as a slash.
        guard other.first == slash, ![slash, UInt8(ascii: "\\")].contains(other.dropFirst().first) else { return nil }
        return String(decoding: other, as: UTF8.self)
    }

    private func methods(at path: String) -> [HTTPRequest.Method] {
        let parts = Self.parts(of: path)
        return routes.filter { Self.matches($0.pattern, parts) }.map(\.method)
    }

    private static func parts(of path: String) -> [String] {
        path.split(at: "/", omittingEmpty: false)
    }

    private static func matches(_ pattern: [String], _ parts: [String]) -> Bool {
        pattern.count == parts.count
            && zip(pattern, parts).allSatisfy { $0.hasSameBytes(as: $1) || $0.starts(withBytesOf: "{") && !$1.isEmpty }
    }
}

/// Asks the ``RouteTable`` first.
struct RouteTableMiddleware: RouterMiddleware {
    let table: RouteTable

    @concurrent func handle(
        _ request: Request, context: BasicRequestContext,
        next: Next
    ) async throws -> Response {
        if let refusal = table.refusal(of: request) {
            // An answer to HEAD has no body, whatever it says of its length (RFC 9110, 9.3.2).
            return request.method == .head ? refusal.createHeadResponse() : refusal
        }
        return try await next(request, context)
    }
}
#endif
