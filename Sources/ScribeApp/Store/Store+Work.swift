import PGSchemaComparison
package import PGWire

/// The workers' side of the queue.
///
/// Each change of a claimed item holds only while the claim does: while the item is `processing` and started when the claim
/// says. The item's row is locked first, so that whoever changes it at the same time comes either before or after, and what
/// is reported is what was decided on.
extension Store.Queue {
    /// Takes the oldest item that waits, and no other worker gets it; nil when there is none.
    ///
    /// When the answer is lost, so is the item, until ``reclaim(startedBefore:)``.
    package func claim() async throws -> QueueItem.Claim? {
        try await store.row(Self.claiming) { row in try QueueItem.Claim(row) }
    }

    /// The statement of ``claim()``.
    ///
    /// The sum makes the server collect what waits by its index on the status. Ordered by the bare column it may go through
    /// the index on created_at instead: from the oldest row ever, past all that is done.
    ///
    /// started_at is set anew in any case: it tells this claim from any before it.
    package static let claiming: SQL = """
        WITH next AS (
            SELECT id FROM queue_items WHERE status::text = 'pending'
            ORDER BY created_at + interval '0', id LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        UPDATE queue_items item
        SET status = 'processing', current_step = 'initializing', started_at = clock_timestamp()
        FROM next WHERE item.id = next.id
        RETURNING \(QueueItem.Claim.columns), \(isRetry)
        """

    /// Says what the worker does now. It can be repeated.
    ///
    /// - Throws: ``StoreError/tooLong(_:limit:)`` beyond 50 characters.
    package func step(_ claim: QueueItem.Claim, _ name: String) async throws -> QueueItem.ClaimOutcome {
        try name.check(.currentStep)
        return try await change(claim, "current_step = \(name)")
    }

    /// Stores the e-mail, counts it, and completes the item: all three or none. A draft that completed this very claim
    /// before is not stored again, so it can be handed in until it is known to have arrived.
    ///
    /// - Throws: ``StoreError`` for a text or metadata that cannot be stored; then the item is still claimed.
    package func complete(
        _ claim: QueueItem.Claim, with draft: Email.Draft
    ) async throws -> QueueItem.ClaimOutcome {
        try await store.storing(draft) {
            try await outcome(
                """
                WITH item AS (
                    SELECT id, user_id, recipient_name, recipient_interest, status, email_id,
                        coalesce(started_at = \(claim.startedAt), false) AS is_ours
                    FROM queue_items WHERE id = \(claim.id) FOR UPDATE
                ), email AS (
                    INSERT INTO emails (
                        id, user_id, recipient_name, recipient_interest, email_message, template_type, metadata, is_confident)
                    SELECT \(draft.id), user_id, recipient_name, recipient_interest, \(draft.message)::text,
                        \(draft.templateType)::template_type_enum, \(draft.metadata)::jsonb, \(draft.isConfident)
                    FROM item WHERE status::text = 'processing' AND is_ours
                    RETURNING id, user_id
                ), counted AS (
                    UPDATE users SET generation_count = generation_count + 1 FROM email WHERE users.id = email.user_id
                ), completed AS (
                    UPDATE queue_items SET status = 'completed', email_id = email.id, completed_at = clock_timestamp()
                    FROM email WHERE queue_items.id = \(claim.id)
                )
                SELECT EXISTS (SELECT FROM email) OR coalesce(is_ours AND email_id = \(draft.id), false), status FROM item
                """)
        }
    }

    /// Gives the item up for good, with a message of which at most 1000 characters are kept. It can be repeated.
    ///
    /// The message is often somebody else's text, and must not be a reason why an item cannot even fail: characters
    /// U+0000 are replaced.
    package func fail(_ claim: QueueItem.Claim, message: String) async throws -> QueueItem.ClaimOutcome {
        try await change(
            claim, "status = 'failed', completed_at = clock_timestamp(), error_message = \(Self.storable(message))",
            isDone: "status::text = 'failed' AND is_ours")
    }

    /// Lets the item wait again, at its old place; the next claim is a retry. Asked for again after it succeeded, the claim
    /// is lost.
    package func requeue(_ claim: QueueItem.Claim) async throws -> QueueItem.ClaimOutcome {
        try await change(claim, Self.waitingAgain)
    }

    /// Ends the claims of all workers that have had their items for longer than `age`: the item waits again, or fails if
    /// the claim was a retry. Those that are being changed at this moment are left alone. It can be repeated.
    ///
    /// So an item that kills its worker kills two, and not all of them one after the other.
    @discardableResult
    package func reclaim(startedBefore age: Duration) async throws -> QueueItem.Reclaimed {
        let (seconds, attoseconds) = age.components
        let limit = Double(seconds) + Double(attoseconds) / 1e18
        let ended = try await store.rows(
            """
            WITH lost AS (
                SELECT id, \(Self.isRetry) AS is_retry FROM queue_items item
                WHERE status::text = 'processing'
                    AND coalesce(started_at, created_at) < clock_timestamp() - make_interval(secs => \(limit))
                FOR UPDATE SKIP LOCKED
            ), waiting AS (
                UPDATE queue_items item SET \(Self.waitingAgain)
                FROM lost WHERE item.id = lost.id AND NOT is_retry RETURNING item.id
            ), failed AS (
                UPDATE queue_items item SET status = 'failed', completed_at = clock_timestamp(),
                    error_message = pg_catalog.concat(
                        'Step ''', current_step, ''' failed: the worker was lost, in the second try')
                FROM lost WHERE item.id = lost.id AND is_retry RETURNING item.id
            )
            SELECT id, true FROM waiting UNION ALL SELECT id, false FROM failed
            """
        ) { row in (id: try row.decode(0, as: QueueItem.ID.self), waits: try row.decode(1, as: Bool.self)) }
        return QueueItem.Reclaimed(
            waiting: ended.filter(\.waits).map(\.id), failed: ended.filter { !$0.waits }.map(\.id))
    }

    /// The table has no column for tries. completed_at has nothing to say until an item ends: there it tells that a try has
    /// ended without a result. The API does not show it until then.
    private static let waitingAgain: SQL = """
        status = 'pending', current_step = NULL, error_message = NULL, started_at = NULL, completed_at = clock_timestamp()
        """

    private static let isRetry: SQL = "item.completed_at IS NOT NULL"

    /// Changes the item if the claim holds; `isDone` tells that the same was done before.
    private func change(
        _ claim: QueueItem.Claim, _ change: SQL, isDone: SQL = "false"
    ) async throws -> QueueItem.ClaimOutcome {
        try await outcome(
            """
            WITH item AS (
                SELECT id, status, coalesce(started_at = \(claim.startedAt), false) AS is_ours
                FROM queue_items WHERE id = \(claim.id) FOR UPDATE
            ), changed AS (
                UPDATE queue_items SET \(change) FROM item
                WHERE queue_items.id = item.id AND item.status::text = 'processing' AND item.is_ours
                RETURNING queue_items.id
            )
            SELECT EXISTS (SELECT FROM changed) OR (\(isDone)), status FROM item
            """)
    }

    /// What a statement says whose row, if there is one, is whether it was done and the item's status before.
    private func outcome(_ sql: SQL) async throws -> QueueItem.ClaimOutcome {
        let outcome = try await store.row(sql) { row -> QueueItem.ClaimOutcome in
            try row.decode(0, as: Bool.self) ? .done : .lost(try row.decode(1))
        }
        return outcome ?? .gone
    }

    /// An error message as it is stored: cut by code points, as the original does.
    static func storable(_ message: String) -> String {
        var scalars = String.UnicodeScalarView()
        var count = 0
        for scalar in message.unicodeScalars {
            guard count < 1000 else { return String(scalars) + "... [truncated]" }
            scalars.append(scalar == "\0" ? "\u{FFFD}" : scalar)
            count += 1
        }
        return String(scalars)
    }
}
