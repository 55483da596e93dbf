import Testing

/// The layers of PGWire, read from its sources: folders are layers, and what a layer names lies in itself or below.
@Suite struct ArchitectureTests {
    /// From top to bottom.
    private static let layers = [
        "Pool", "Replication", "Notifications", "Transactions", "Connection", "Copy", "Statements",
        "PhysicalConnection", "Decoding",
        "Rows", "Observing", "SQL",
        "Concurrency",
        "Transport", "Protocol", "Configuration", "Authentication", "Types", "Bytes", "Errors",
    ]

    /// What may be named from below, and why.
    private static let exceptions: [String: Set<String>] = [
        // An error names the server that it is about.
        "Errors": ["Endpoint"],
        // Whoever observes, and a test's tap for what goes both ways, are set where everything else is; and the type is named for
        // what it is of.
        "Configuration": ["Transport", "Connection", "DatabaseObserver", "WireTrace"],
    ]

    /// Without tasks, clocks and sockets every exchange can be replayed from a file, one byte at a time.
    private static let pureLayers: Set = ["Bytes", "Protocol", "Authentication", "Errors", "Types", "SQL", "Rows"]

    @Test func everyFolderIsALayer() throws {
        let folders = Set(try SourceFile.all().map(\.folder))
        #expect(folders.isSubset(of: Self.layers), "\(folders.subtracting(Self.layers))")
        #expect(folders.isSuperset(of: Self.pureLayers))
    }

    @Test func theCoreHasNoConcurrency() throws {
        for file in try SourceFile.all() where Self.pureLayers.contains(file.folder) {
            #expect(file.places(of: #/\b(await|async|Task|actor|Clock|ContinuousClock|Dispatch)\b/#) == [])
        }
    }

    @Test func theCoreImportsNothing() throws {
        for file in try SourceFile.all() where Self.pureLayers.contains(file.folder) {
            switch (file.folder, file.name) {
            case ("Bytes", "Memory.swift"):
                // For memmove and its like.
                #expect(file.places(of: #/\bimport (?!Glibc$|Darwin$)/#) == [])
            case ("Authentication", "SHA256+Instructions.swift"):
                // For the processor's instructions.
                #expect(file.places(of: #/\bimport (?!CSHA256$)/#) == [])
            case ("Protocol", "Column.swift"):
                // For an atomic, as all that decode rows with these columns share what they learn of them.
                #expect(file.places(of: #/\bimport (?!Synchronization$)/#) == [])
            case ("Types", _):
                // UUID, Date and Decimal live there.
                #expect(file.places(of: #/\bimport (?!FoundationEssentials$|Foundation$)/#) == [])
                if file.words.contains("Foundation") {
                    #expect(file.words.contains("canImport"), "\(file.name) must prefer FoundationEssentials")
                }
            default:
                #expect(file.places(of: #/\bimport\b/#) == [])
            }
        }
    }

    @Test func theCoreNamesNoSystem() throws {
        for file in try SourceFile.all()
        where ["Protocol", "Authentication", "Errors", "SQL", "Rows"].contains(file.folder) {
            #expect(file.places(of: #/\b(Foundation|FoundationEssentials|Glibc|Darwin|Date)\b/#) == [])
        }
    }

    @Test func layersPointDown() throws {
        let files = try SourceFile.all()
        var home: [String: Set<String>] = [:]
        for file in files {
            for type in file.declaredTypes { home[type, default: []].insert(file.folder) }
        }
        var upwards: [String] = []
        for file in files {
            guard let rank = Self.layers.firstIndex(of: file.folder) else { continue }
            for word in file.words.sorted() where !Self.exceptions[file.folder, default: []].contains(word) {
                guard let folders = home[word], !folders.contains(file.folder),
                    folders.allSatisfy({ Self.layers.firstIndex(of: $0) ?? 0 < rank })
                else { continue }
                upwards.append(
                    "\(file.folder)/\(file.name) names \(word) of \(folders.sorted().joined(separator: ", "))")
            }
        }
        #expect(upwards == [])
        #expect(home.count > 80, "the declarations were not found")
    }

    /// All operations read their answers by `PhysicalConnection.receive`. Ways of their own have only the login, the request
    /// to cancel, the look at an idle connection, the wait for notifications, COPY and a statement for many elements while they send, and replication.
    @Test func thereIsOneReadLoop() throws {
        let readers = try SourceFile.all().filter {
            [
                "PhysicalConnection", "Statements", "Copy", "Transactions", "Connection", "Notifications",
                "Replication",
                "Pool",
            ].contains($0.folder)
                && $0.code.contains(#/(receiveSoon|receiveMore|park|transport\.receive)\(/#)
        }
        #expect(
            Set(readers.map(\.name)) == [
                "PhysicalConnection+Receiving.swift", "PhysicalConnection+Cancelling.swift", "PendingLogin.swift",
                "AddressConnector+Login.swift", "Connection+Pooling.swift", "PhysicalConnection+Notifications.swift",
                "CopyExchange+Sending.swift", "PhysicalConnection+Repeating.swift", "ReplicationFeed.swift",
            ])
    }

    /// What comes from a peer, a file or a command line throws; nothing of ours ends the program.
    @Test(arguments: [
        "PGWire", "LocalPostgres", "PGWireTesting", "PGSchema", "PGSchemaCommands", "ScribeApp",
    ]) func nothingTraps(module: String) throws {
        let files = try SourceFile.all(of: module)
        #expect(files.count > 10)
        for file in files {
            #expect(
                file.places(of: #/\b(fatalError|precondition|preconditionFailure|assert|assertionFailure)\(/#) == [])
            #expect(file.places(of: #/\b(try|as)!/#) == [])
            // Of an optional that is nil, and of two keys that are equal, as NFC and NFD are.
            #expect(file.places(of: #/[\w)\]]!(?!=)|\bunsafelyUnwrapped\b|\buniqueKeysWithValues\b/#) == [])
        }
    }

    @Test func sourcesAreReadRight() {
        let source = """
            import A // import B
            /* await
            */ let x = "import C \\" await" + `y`
            public final class D {}
            package struct E: ~Copyable {
                struct Inner {}
            }
            """
        let file = SourceFile(folder: "F", name: "G.swift", code: SourceFile.withoutCommentsAndTexts(source))
        #expect(file.declaredTypes == ["D", "E"])
        #expect(!file.words.contains("await"))
        #expect(file.places(of: #/import/#) == ["F/G.swift:1: import A "])
        #expect(file.places(of: #/class/#) == ["F/G.swift:4: public final class D {}"])
    }
}
