#if ScribeApp
package import Hummingbird
import PGSchemaReports
import PGSchemaSQL

/// The HTTP interface: which path is answered by what.
package struct API: Sendable {
    private let settings: Settings
    private let health: HealthCheck

    package init(settings: Settings, health: HealthCheck) {
        self.settings = settings
        self.health = health
    }

    /// The routes and what surrounds them.
    package func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: MemoryAfterBurst())
        router.add(middleware: UnhandledErrorMiddleware())
        router.add(middleware: CORSPolicy(allowedOrigins: settings.allowedOrigins))
        router.add(middleware: RouteTableMiddleware(table: RouteTable(routes)))
        for route in routes { router.on(RouterPath(route.path), method: route.method, use: route.handler) }
        return router
    }

    private var routes: [Route] {
        [
            .get("/") { _, _ in
                .json([
                    "name": "Scribe API", "version": .string(Self.version),
                    "description": "Backend API for cold email generation", "docs": "/docs", "health": "/health",
                ])
            },
            .get("/health") { _, _ in
                let isConnected = await health.isConnected()
                return .json([
                    "status": isConnected ? "healthy" : "degraded", "service": "scribe-api",
                    "version": .string(Self.version), "database": isConnected ? "connected" : "disconnected",
                    "environment": .string(settings.environment),
                ])
            },
        ] + (settings.isDevelopment ? [.get("/debug/cors") { _, _ in .json(corsReport) }] : [])
    }

    private var corsReport: JSONValue {
        let origins = settings.allowedOrigins
        let isWildcard = origins.contains { $0 == "*" }
        return [
            "allowed_origins": .array(origins.map { .string($0) }), "origin_count": .integer(origins.count),
            "is_wildcard": .bool(isWildcard), "environment": .string(settings.environment),
            "credentials_enabled": true,
            "warning": isWildcard ? "ALLOWED_ORIGINS holds *: every page may call with credentials" : .null,
        ]
    }

    private static let version = "1.0.0"
}
#endif
