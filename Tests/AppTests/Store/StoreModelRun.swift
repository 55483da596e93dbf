import FoundationEssentials
import PGSchemaComparison
import PGWire
import ScribeApp
import Testing

/// The queue as it ought to be.
struct StoreModelRun {
    struct Account {
        var generated = 0
        var templates = 0
    }

    struct Item {
        let user: User.ID
        var status = QueueItem.Status.pending
        var step: String?
        var startedAt: Instant?
        var isRetry = false
        var emailID: Email.ID?
        var error: String?
    }

    let store: Store
    /// Chooses by the order in which things were made, as their ids are random: so a seed means the same course each time.
    var random: StoreRandom
    var users: [User.ID: Account]
    var userOrder: [User.ID]
    /// In the order in which they were submitted.
    var order: [QueueItem.ID] = []
    var items: [QueueItem.ID: Item] = [:]
    /// Every claim there ever was, also those that hold no more.
    var claims: [QueueItem.Claim] = []
    /// Those that were completed, to be handed in again.
    var drafts: [(claim: QueueItem.Claim, draft: Email.Draft)] = []
    var emails: [Email.ID: (user: User.ID, displayed: Bool)] = [:]
    var log: [String] = []
    var problems: [String] = []

    static let outcomes = [
        "init new", "init old", "enqueue", "claim", "claim nil", "cancel cancelled(nil)", "cancel absent",
        "cancel notOwned", "cancel notPending", "step done", "complete done", "complete lost", "complete gone",
        "complete again", "fail done", "fail lost", "requeue done", "requeue lost", "reclaim", "reclaim failed",
        "discard", "insert",
        "insert nil",
    ]

    init(store: Store, random: StoreRandom, user: User.ID) {
        self.store = store
        self.random = random
        users = [user: Account()]
        userOrder = [user]
    }

    /// What of ``outcomes`` has not come up yet.
    var missing: Set<String> { Set(Self.outcomes).subtracting(log) }

    mutating func expect(_ isTrue: Bool, _ what: String) {
        if !isTrue { problems.append(what) }
        #expect(isTrue, "\(what), after: \(log.suffix(10).joined(separator: ", "))")
    }

    mutating func step() async throws {
        switch Int.random(in: 0..<25, using: &random) {
        case 0: try await initialize()
        case 1: try await enqueue()
        case 2...8: try await claim()
        case 9...11: try await cancel()
        case 12: try await step(of: anyClaim())
        case 13...17: try await complete()
        case 18: try await fail()
        case 19...20: try await requeue()
        case 21: try await reclaim()
        case 22: try await discard()
        default: try await insertTemplate()
        }
    }

    private mutating func anyUser() -> User.ID { userOrder.randomElement(using: &random) ?? User.ID() }

    private mutating func anyClaim() -> QueueItem.Claim? {
        // Mostly recent ones, which may hold still.
        random.oneIn(3) ? claims.randomElement(using: &random) : claims.suffix(4).randomElement(using: &random)
    }

    private var waiting: [QueueItem.ID] { order.filter { items[$0]?.status == .pending } }

    /// What an operation with this claim must come to.
    private func expected(_ claim: QueueItem.Claim) -> QueueItem.ClaimOutcome {
        guard let item = items[claim.id] else { return .gone }
        return item.status == .processing && item.startedAt == claim.startedAt ? .done : .lost(item.status)
    }

    private static func word(_ outcome: QueueItem.ClaimOutcome) -> String {
        switch outcome {
        case .done: "done"
        case .gone: "gone"
        case .lost: "lost"
        }
    }

    private mutating func initialize() async throws {
        let id = random.oneIn(2) ? anyUser() : User.ID()
        let (user, isNew) = try await store.users.initialize(id, email: "\(id)@example.com", displayName: nil)
        log.append(isNew ? "init new" : "init old")
        expect(isNew == (users[id] == nil), "init")
        if isNew {
            users[id] = Account()
            userOrder.append(id)
        }
        expect(user.generationCount == users[id]?.generated && user.templateCount == users[id]?.templates, "counts")
    }

    private mutating func enqueue() async throws {
        let user = anyUser()
        let count = Int.random(in: 1...6, using: &random)
        let batch = try QueueItem.Batch(
            userID: user, emailTemplate: "t", recipients: (0..<count).map { .init(name: "r\($0)", interest: "i") })
        let ids = try await store.queue.enqueue(batch)
        log.append("enqueue")
        order += ids
        for id in ids { items[id] = Item(user: user) }
    }

    private mutating func claim() async throws {
        let claim = try await store.queue.claim()
        log.append(claim == nil ? "claim nil" : "claim")
        expect(claim?.id == waiting.first, "claim takes the oldest")
        guard let claim else { return }
        expect(items[claim.id]?.user == claim.userID, "the claim's user")
        expect(items[claim.id]?.isRetry == claim.isRetry, "whether the claim is a retry")
        claims.append(claim)
        items[claim.id]?.status = .processing
        items[claim.id]?.step = "initializing"
        items[claim.id]?.startedAt = claim.startedAt
    }

    private mutating func cancel() async throws {
        // Also what somebody has had, and has given back.
        let ids = random.oneIn(2) ? claims.suffix(8).map(\.id) : order
        guard let id = ids.randomElement(using: &random) else { return }
        let owner = items[id]?.user
        let user = random.oneIn(4) ? anyUser() : owner ?? anyUser()
        let result = try await store.queue.cancel(id, of: user)
        switch result {
        case .cancelled(let task):
            log.append("cancel cancelled(\(task ?? "nil"))")
            expect(owner == user && items[id]?.status == .pending, "cancel")
            items[id] = nil
        case .absent:
            log.append("cancel absent")
            expect(owner == nil, "cancel: absent")
        case .notOwned:
            log.append("cancel notOwned")
            expect(owner != nil && owner != user, "cancel: not owned")
        case .notPending(let status):
            log.append("cancel notPending")
            expect(owner == user && items[id]?.status == status && status != .pending, "cancel: not pending")
        }
    }

    private mutating func step(of claim: QueueItem.Claim?) async throws {
        guard let claim else { return }
        let outcome = try await store.queue.step(claim, "web_scraper")
        log.append("step \(Self.word(outcome))")
        expect(outcome == expected(claim), "step")
        if outcome == .done { items[claim.id]?.step = "web_scraper" }
    }

    private mutating func complete() async throws {
        if random.oneIn(6), let (claim, draft) = drafts.randomElement(using: &random) {
            log.append("complete again")
            return expect(try await store.queue.complete(claim, with: draft) == .done, "complete again")
        }
        guard let claim = anyClaim() else { return }
        let draft = Email.Draft(message: "m", templateType: .general)
        let outcome = try await store.queue.complete(claim, with: draft)
        log.append("complete \(Self.word(outcome))")
        expect(outcome == expected(claim), "complete")
        guard outcome == .done else { return }
        items[claim.id]?.status = .completed
        items[claim.id]?.emailID = draft.id
        emails[draft.id] = (claim.userID, true)
        users[claim.userID]?.generated += 1
        drafts.append((claim, draft))
    }

    private mutating func fail() async throws {
        guard let claim = anyClaim() else { return }
        // To fail again is done, too.
        let isFailed = items[claim.id].map { $0.status == .failed && $0.startedAt == claim.startedAt } ?? false
        let outcome = try await store.queue.fail(claim, message: isFailed ? "same" : "failed")
        log.append("fail \(Self.word(outcome))")
        expect(outcome == (isFailed ? .done : expected(claim)), "fail")
        guard outcome == .done, !isFailed else { return }
        items[claim.id]?.status = .failed
        items[claim.id]?.error = "failed"
    }

    private mutating func requeue() async throws {
        guard let claim = anyClaim() else { return }
        let outcome = try await store.queue.requeue(claim)
        log.append("requeue \(Self.word(outcome))")
        expect(outcome == expected(claim), "requeue")
        if outcome == .done { letWaitAgain(claim.id) }
    }

    private mutating func reclaim() async throws {
        let reclaimed = try await store.queue.reclaim(startedBefore: .zero)
        log += ["reclaim"] + (reclaimed.failed.isEmpty ? [] : ["reclaim failed"])
        let lost = items.filter { $0.value.status == .processing }
        expect(Set(reclaimed.waiting) == Set(lost.filter { !$0.value.isRetry }.keys), "reclaim")
        expect(Set(reclaimed.failed) == Set(lost.filter(\.value.isRetry).keys), "reclaim of retries")
        for id in reclaimed.waiting { letWaitAgain(id) }
        for id in reclaimed.failed {
            items[id]?.status = .failed
            let step = items[id]?.step ?? ""
            items[id]?.error = "Step '\(step)' failed: the worker was lost, in the second try"
        }
    }

    private mutating func letWaitAgain(_ id: QueueItem.ID) {
        items[id]?.status = .pending
        items[id]?.step = nil
        items[id]?.startedAt = nil
        items[id]?.isRetry = true
    }

    private mutating func discard() async throws {
        guard let id = drafts.randomElement(using: &random)?.draft.id, let email = emails[id] else { return }
        let result = try await store.emails.setDisplayed(!email.displayed, id, of: email.user)
        log.append("discard")
        expect(result?.displayed == !email.displayed, "discard")
        emails[id]?.displayed.toggle()
    }

    private mutating func insertTemplate() async throws {
        let user = anyUser()
        let draft = Template.Draft(pdfURL: "u", templateText: "t", userInstructions: "i")
        let template = try await store.templates.insert(draft, for: user, limit: 3)
        log.append(template == nil ? "insert nil" : "insert")
        expect((template != nil) == ((users[user]?.templates ?? 0) < 3), "insert")
        if template != nil { users[user]?.templates += 1 }
    }

    /// Everything that can be read, against the model.
    mutating func compare(_ db: Connection) async throws {
        let waiting = waiting
        for (id, account) in users.sorted(by: { $0.key < $1.key }) {
            let user = try await store.users.find(id)
            expect(user?.generationCount == account.generated && user?.templateCount == account.templates, "user")
            let mine = emails.filter { $0.value.user == id }
            let shown = mine.count { $0.value.displayed }
            let counts = try await store.emails.counts(of: id)
            expect(counts.displayed == shown && counts.discarded == mine.count - shown, "counts of e-mails")
            expect(mine.count == account.generated, "generation_count is the number of e-mails")
            let page = try Page(limit: 1000, offset: 0)
            let listed = try await store.emails.list(of: id, page).map(\.id)
            expect(Set(listed) == Set(mine.filter { $0.value.displayed }.keys), "list of e-mails")

            let list = try await store.queue.list(of: id)
            expect(list.map(\.id) == order.filter { items[$0]?.user == id }, "list of items")
            for entry in list {
                let item = items[entry.id]
                expect(entry.status == item?.status && entry.currentStep == item?.step, "listed status")
                expect(entry.emailID == item?.emailID && entry.errorMessage == item?.error, "listed result")
                expect(entry.position == waiting.firstIndex(of: entry.id).map { $0 + 1 }, "position")
            }
        }
        let overview = try await store.admin.overview()
        expect(overview.totalUsers == users.count && overview.totalEmails == emails.count, "overview")
        expect(overview.errorCount == items.values.count { $0.status == .failed }, "overview's errors")
        let summaries = try await store.admin.users()
        expect(summaries.map(\.queueSubmissions).reduce(0, +) == items.count, "users' submissions")
    }
}
