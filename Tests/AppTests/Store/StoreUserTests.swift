import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(3))) struct StoreUserTests {
    private let database: StoreDatabase
    private var users: Store.Users { database.store.users }

    init() async throws { database = try await StoreDatabase() }

    @Test func aNewUserHasNothingYetAndIsShownAsTheAPISays() async throws {
        let id = User.ID()
        let (user, isNew) = try await users.initialize(id, email: "b@example.com", displayName: "")
        #expect(isNew)
        let json = try OrderedJSONEncoder().text(of: user)
        #expect(
            json == """
                {"id":"\(id)","email":"b@example.com","display_name":"","generation_count":0,"template_count":0,\
                "onboarded":false,"email_template":null,"created_at":"\(user.createdAt)"}
                """)
        #expect(try await users.find(id) == user)
        #expect(try await users.find(User.ID()) == nil)
    }

    @Test func aSecondInitChangesNothing() async throws {
        let before = try await users.find(database.user)
        let (user, isNew) = try await users.initialize(database.user, email: "other@example.com", displayName: "Eve")
        #expect(!isNew && user == before && user.displayName == "Ada")
    }

    @Test func anotherIDWithTheSameAddressIsATypedError() async throws {
        await #expect(throws: StoreError.emailTaken) {
            try await users.initialize(User.ID(), email: "\(database.user)@example.com", displayName: nil)
        }
        // Only the same spelling is the same address.
        let (_, isNew) = try await users.initialize(
            User.ID(), email: "\(database.user)@EXAMPLE.com", displayName: nil)
        #expect(isNew)
    }

    @Test func manyAtOnceMakeOneUser() async throws {
        for round in 1...5 {
            let id = User.ID()
            let results = try await withThrowingTaskGroup(of: (user: User, isNew: Bool).self) { group in
                for index in 1...16 {
                    group.addTask { [users] in
                        try await users.initialize(id, email: "race\(round)@example.com", displayName: "name \(index)")
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.count { $0.isNew } == 1)
            #expect(Set(results.map { $0.user.displayName }).count == 1)
        }
    }

    @Test func manyIDsWithOneAddressMakeOneUserAndTypedErrors() async throws {
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 1...16 {
                group.addTask { [users] in
                    do {
                        return try await users.initialize(User.ID(), email: "one@example.com", displayName: nil).isNew
                            ? "new" : "old"
                    } catch {
                        return "\(error)"
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(outcomes == ["new": 1, StoreError.emailTaken.description: 15])
    }

    @Test func onboardingAndTemplateAreKept() async throws {
        #expect(try await users.setOnboarded(database.user)?.onboarded == true)
        #expect(try await users.setOnboarded(database.user)?.onboarded == true)
        let text = "  Dear {name},\n\n\t\u{200B}😀 'quoted' \\ $1 \u{A0}"
        #expect(try await users.setEmailTemplate(text, of: database.user)?.emailTemplate == text)
        #expect(try await users.find(database.user)?.emailTemplate == text)
        #expect(try await users.setOnboarded(User.ID()) == nil)
        #expect(try await users.setEmailTemplate("x", of: User.ID()) == nil)
    }

    @Test func textsThatDoNotFitAreNamedAndNotQuoted() async throws {
        let id = User.ID()
        func failure(_ email: String, _ name: String?) async -> StoreError? {
            do {
                _ = try await users.initialize(id, email: email, displayName: name)
                return nil
            } catch {
                #expect(!"\(error)".contains("secret"))
                return error as? StoreError
            }
        }
        let long = String(repeating: "😀", count: 256)
        #expect(await failure("a@example.com", "secret" + long) == .tooLong(.displayName, limit: 255))
        #expect(await failure("secret" + long, nil) == .tooLong(.email, limit: 255))
        #expect(await failure("a@example.com", "secret\0") == .zeroCharacter(.displayName))
        await #expect(throws: StoreError.zeroCharacter(.emailTemplate)) {
            try await users.setEmailTemplate("secret\0", of: database.user)
        }
        // 255 code points are not too many, whatever their bytes; blanks beyond are cut off by the server.
        #expect(await failure("a@example.com", String(long.dropLast()) + "   ") == nil)
        #expect(try await users.find(id)?.displayName == String(long.dropLast()))
    }

    /// Not every database is in UTF-8; what is wrong then is not the metadata that this operation does not have.
    @Test func aTextThatTheDatabaseHasNoCharactersForIsRefused() async throws {
        try await database.execute(
            "CREATE DATABASE \(identifier: "latin \(database.user)") TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
        var configuration = database.configuration
        configuration.database = "latin \(database.user)"
        let latin = try await StoreDatabase(configuration, by: nil)
        await #expect(throws: StoreError.refused(.untranslatableCharacter, constraint: nil)) {
            try await latin.store.users.setEmailTemplate("secret 😀", of: latin.user)
        }
        #expect(try await latin.store.users.setEmailTemplate("é", of: latin.user)?.emailTemplate == "é")
    }
}
