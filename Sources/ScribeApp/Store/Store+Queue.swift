import PGWire

extension Store {
    /// The queue.
    package var queue: Queue { Queue(store: self) }

    /// The table `queue_items`, as those see it who submit; for the workers' side see `Store+Work.swift`.
    package struct Queue: Sendable {
        let store: Store

        /// Submits a batch in one round trip and returns its ids, in the order of its recipients. A batch of which anything
        /// is there already is not stored again, so it can be handed in until it is known to have arrived.
        ///
        /// - Throws: ``StoreError/noSuchUser``.
        @discardableResult
        package func enqueue(_ batch: QueueItem.Batch) async throws -> [QueueItem.ID] {
            guard !batch.ids.isEmpty else { return [] }
            let sql: SQL = """
                INSERT INTO queue_items (id, user_id, recipient_name, recipient_interest, email_template, status)
                SELECT item.id, \(batch.userID), item.name, item.interest, \(batch.emailTemplate)::text, 'pending'
                FROM unnest(
                    \(batch.ids), \(batch.recipients.map(\.name))::text[], \(batch.recipients.map(\.interest))::text[]
                ) AS item (id, name, interest)
                WHERE NOT EXISTS (SELECT FROM queue_items WHERE id = ANY (\(batch.ids)))
                ON CONFLICT (id) DO NOTHING
                """
            _ = try await store.run { db in try await db.execute(sql) }
            return batch.ids
        }

        /// The user's items of the last 24 hours, oldest first, with the places of those that wait among all users' of the
        /// last 24 hours; ``Store/longestList`` at most.
        package func list(of user: User.ID) async throws -> [QueueItem.Listed] {
            try await store.rows(
                """
                SELECT item.id, recipient_name, status, position, email_id, error_message, current_step, created_at
                FROM queue_items item LEFT JOIN (
                    SELECT id, row_number() OVER (ORDER BY created_at, id) AS position FROM queue_items
                    WHERE status::text = 'pending' AND created_at >= now() - interval '24 hours'
                ) waiting ON waiting.id = item.id
                WHERE user_id = \(user) AND created_at >= now() - interval '24 hours'
                ORDER BY created_at, item.id LIMIT \(Store.longestList)
                """
            ) { row in try QueueItem.Listed(row) }
        }

        /// The whole item; nil when there is none.
        package func find(_ id: QueueItem.ID) async throws -> QueueItem? {
            try await store.row("SELECT \(QueueItem.columns) FROM queue_items WHERE id = \(id)") { row in
                try QueueItem(row)
            }
        }

        /// Deletes an item that waits, of any age. Asked for again, it says that the item is absent.
        package func cancel(_ id: QueueItem.ID, of user: User.ID) async throws -> QueueItem.Cancellation {
            // The lock waits for a worker that is just taking the item, and then reads what it has made of it.
            let result: QueueItem.Cancellation? = try await store.row(
                """
                WITH item AS (
                    SELECT id, user_id, status FROM queue_items WHERE id = \(id) FOR UPDATE
                ), gone AS (
                    DELETE FROM queue_items USING item
                    WHERE queue_items.id = item.id AND item.user_id = \(user) AND item.status::text = 'pending'
                    RETURNING queue_items.celery_task_id
                )
                SELECT user_id = \(user), status, EXISTS (SELECT FROM gone), (SELECT celery_task_id FROM gone) FROM item
                """
            ) { row in
                guard try row.decode(0, as: Bool.self) else { return .notOwned }
                if try row.decode(2, as: Bool.self) { return .cancelled(taskID: try row.decode(3)) }
                return .notPending(try row.decode(1))
            }
            return result ?? .absent
        }

        /// Notes by which ids another program's task queue knows the items, and returns how many of them are there still.
        /// It can be repeated.
        ///
        /// - Throws: ``StoreError`` for a task id that does not fit.
        @discardableResult
        package func attach(_ tasks: [(item: QueueItem.ID, taskID: String)]) async throws -> Int {
            for task in tasks { try task.taskID.check(.taskID) }
            let sql: SQL = """
                UPDATE queue_items SET celery_task_id = task.task_id
                FROM unnest(\(tasks.map(\.item)), \(tasks.map(\.taskID))::text[]) AS task (id, task_id)
                WHERE queue_items.id = task.id
                """
            return try await store.run { db in try await db.execute(sql).rowCount ?? 0 }
        }
    }
}
