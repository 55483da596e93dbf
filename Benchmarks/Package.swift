// swift-tools-version:6.2
import PackageDescription

// A package of its own, so that what measuring needs reaches nobody who depends on PGWire.
let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (Context.environment["PGWIRE_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)])

let package = Package(
    name: "pgwire-benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "pgwire", path: "..")],
    targets: [
        .executableTarget(
            name: "pgwire-bench", dependencies: [.product(name: "PGWire", package: "pgwire")],
            path: "Sources/PGWireBench", swiftSettings: settings),
        .executableTarget(
            name: "pgwire-bench-server",
            dependencies: [
                .product(name: "PGWire", package: "pgwire"), .product(name: "LocalPostgres", package: "pgwire"),
            ],
            path: "Sources/BenchServer", swiftSettings: settings),
        // Plays mutated sessions, which takes an optimised build, and processes that may end.
        .executableTarget(
            name: "pgwire-mutations", dependencies: [.product(name: "PGWireTesting", package: "pgwire")],
            path: "Sources/MutationProgram", swiftSettings: settings),
        .target(name: "CAllocationCounter", path: "Sources/CAllocationCounter"),
        // What is promised of optimised builds, counted: `swift test -c release`.
        .testTarget(
            name: "CostTests",
            dependencies: [
                "CAllocationCounter", "pgwire-mutations", .product(name: "PGWire", package: "pgwire"),
                .product(name: "LocalPostgres", package: "pgwire"), .product(name: "PGWireTesting", package: "pgwire"),
            ],
            path: "Tests/CostTests", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
