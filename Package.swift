// swift-tools-version:6.2
import PackageDescription

// PGWire, PGSchema, LocalPostgres and PGWireTesting use no package. What the commands and scribe-app need hangs on traits,
// which are off by default, so whoever depends on a library fetches nothing else. Build all of it with
// `swift build --traits ScribeApp` (`make` does), the commands alone with `--traits SchemaCommands`.
let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (Context.environment["PGWIRE_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)])
let app: TargetDependencyCondition? = .when(traits: ["ScribeApp"])
let commands: TargetDependencyCondition? = .when(traits: ["SchemaCommands"])

/// A room of PGSchema: a module of its own, so that the compiler holds the arrows between them.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: "PGSchema\(name)", dependencies: dependencies, path: "Sources/PGSchema/\(name)", swiftSettings: settings)
}

/// libFuzzer's driver, which only a build with `-sanitize=fuzzer` can link: `make fuzz`.
let fuzzing: [Target] =
    Context.environment["PGWIRE_FUZZ"] == nil
    ? []
    : [
        .systemLibrary(name: "CFuzzer", path: "Tests/Fuzzing/CFuzzer"),
        .systemLibrary(
            name: "CLibpq", path: "Tests/Fuzzing/CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .executableTarget(
            name: "pgwire-fuzz", dependencies: ["FuzzTargets", "CFuzzer", "CLibpq", "PGWire"],
            path: "Tests/Fuzzing/Driver", swiftSettings: settings),
    ]

let package = Package(
    name: "pgwire",
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "PGWire", targets: ["PGWire"]),
        .library(name: "LocalPostgres", targets: ["LocalPostgres"]),
        .library(name: "PGWireTesting", targets: ["PGWireTesting"]),
        .library(name: "PGSchema", targets: ["PGSchema"]),
        .library(name: "PGSchemaCommands", targets: ["PGSchemaCommands"]),
        .executable(name: "pgschema", targets: ["PGSchemaProgram"]),
        .executable(name: "scribe-app", targets: ["ScribeApp"]),
    ],
    traits: [
        .trait(
            name: "SchemaCommands",
            description: "Builds PGSchemaCommands and pgschema, and fetches swift-argument-parser."),
        .trait(
            name: "ScribeApp", description: "Builds scribe-app, and fetches the packages that it needs.",
            enabledTraits: ["SchemaCommands"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        // What Hummingbird stands on, for the limits of its connections.
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(name: "CEpoll"),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CSHA256"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "PGWire",
            dependencies: ["COpenSSL", "CSHA256", .target(name: "CEpoll", condition: .when(platforms: [.linux]))],
            exclude: ["Authentication/generate-saslprep-tables.py"],
            swiftSettings: settings + [.strictMemorySafety(), .enableExperimentalFeature("Lifetimes")]),
        .target(name: "LocalPostgres", dependencies: ["COpenSSL"], swiftSettings: settings),
        .target(name: "PGWireTesting", dependencies: ["PGWire", "COpenSSL"], swiftSettings: settings),
        room("SQL", ["PGWire"]),
        room("Reports", ["PGWire", "LocalPostgres", "PGSchemaSQL"]),
        room("Catalog", ["PGWire", "PGSchemaSQL"]),
        room("Migrations", ["PGWire", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog"]),
        room("Comparison", ["PGWire", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog"]),
        room(
            "Lint",
            ["PGWire", "LocalPostgres", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog", "PGSchemaMigrations"]),
        room(
            "Backup",
            ["PGWire", "CZlib", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog", "PGSchemaMigrations"]),
        .target(
            name: "PGSchema",
            dependencies: ["PGSchemaMigrations", "PGSchemaComparison", "PGSchemaLint", "PGSchemaBackup"],
            path: "Sources/PGSchema/PGSchema", swiftSettings: settings),
        .target(
            name: "PGSchemaCommands",
            dependencies: [
                "PGWire", "LocalPostgres", "PGSchema", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog",
                "PGSchemaMigrations", "PGSchemaComparison", "PGSchemaLint", "PGSchemaBackup",
                .product(name: "ArgumentParser", package: "swift-argument-parser", condition: commands),
            ],
            swiftSettings: settings),
        // Its product is `pgschema`; a target of that name would be the same file as PGSchema where case makes no difference.
        .executableTarget(
            name: "PGSchemaProgram",
            dependencies: [
                "PGWire", "PGSchema", "PGSchemaCommands",
                .product(name: "ArgumentParser", package: "swift-argument-parser", condition: commands),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "ScribeApp",
            dependencies: [
                "PGWire", "LocalPostgres", "PGSchema", "PGSchemaCommands", "PGSchemaSQL", "PGSchemaReports",
                "PGSchemaCatalog", "PGSchemaMigrations", "PGSchemaComparison", "PGSchemaBackup", "CMalloc",
                .product(name: "ArgumentParser", package: "swift-argument-parser", condition: app),
                .product(name: "Hummingbird", package: "hummingbird", condition: app),
                .product(name: "HummingbirdCore", package: "hummingbird", condition: app),
                .product(name: "Logging", package: "swift-log", condition: app),
                .product(name: "NIOCore", package: "swift-nio", condition: app),
                .product(name: "NIOPosix", package: "swift-nio", condition: app),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras", condition: app),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: app),
                .product(name: "UnixSignals", package: "swift-service-lifecycle", condition: app),
            ],
            // In the binary, so that a copied executable is whole and nothing needs Foundation's Bundle.
            resources: [.embedInCode("Schema/Revisions")],
            swiftSettings: settings),
        .executableTarget(
            name: "LocalPostgresProbe", dependencies: ["LocalPostgres"], path: "Tests/LocalPostgresProbe",
            swiftSettings: settings),
        // What tests need a process of its own for; `Tests/Patroni/run` uses it, too.
        .executableTarget(
            name: "PGWireProbe", dependencies: ["PGWire"], path: "Tests/PGWireProbe", swiftSettings: settings),
        // Writes the transcripts in Fixtures: `make record`.
        .executableTarget(
            name: "pgwire-record", dependencies: ["PGWire", "PGWireTesting", "LocalPostgres", "COpenSSL"],
            path: "Tests/TranscriptRecorder", swiftSettings: settings),
        // `make chaos`.
        .executableTarget(
            name: "pgwire-chaos",
            dependencies: ["PGWire", "PGWireTesting", "LocalPostgres", "CMalloc", "CThreadSanitizer"],
            path: "Tests/Chaos", swiftSettings: settings),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        // Empty, but for a build with ThreadSanitizer: `make sanitize`.
        .target(name: "CThreadSanitizer", path: "Tests/CThreadSanitizer"),
        // What is fuzzed, and the inputs that fuzzing has found.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "PGWire", "PGWireTesting", "PGSchemaSQL", "PGSchemaReports", "PGSchemaMigrations", "PGSchemaBackup",
            ],
            path: "Tests/Fuzzing/Targets", swiftSettings: settings),
        .testTarget(
            name: "PGWireTests",
            dependencies: [
                "PGWire", "PGWireTesting", "LocalPostgres", "LocalPostgresProbe", "PGWireProbe", "COpenSSL",
                "CAllocationCounter", "CThreadSanitizer", "pgwire-chaos",
            ],
            swiftSettings: settings),
        // What the tests of PGSchema and of scribe-app share.
        .target(
            name: "TestSupport",
            dependencies: [
                "PGWire", "LocalPostgres", "PGWireTesting", "PGSchemaSQL", "PGSchemaCatalog", "PGSchemaMigrations",
                "PGSchemaComparison",
            ],
            path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(
            name: "PGSchemaTests",
            dependencies: [
                "PGSchema", "PGSchemaCommands", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog",
                "PGSchemaMigrations",
                "PGSchemaComparison", "PGSchemaLint", "PGSchemaBackup", "PGWire", "PGWireTesting", "LocalPostgres",
                "TestSupport", "FuzzTargets",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AppTests",
            dependencies: [
                "TestSupport", "ScribeApp", "PGSchemaProgram", "PGSchema", "PGSchemaCommands", "PGSchemaSQL",
                "PGSchemaReports",
                "PGSchemaCatalog",
                "PGSchemaMigrations", "PGSchemaComparison", "PGSchemaLint", "PGSchemaBackup", "PGWire", "PGWireTesting",
                "LocalPostgres",
            ],
            swiftSettings: settings),
    ] + fuzzing,
    swiftLanguageModes: [.v6]
)
