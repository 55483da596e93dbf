extension ServerError {
    /// The same error, with what to do about it.
    func advisedOnReplication(slot: String, isStreaming: Bool = false) -> ServerError {
        var error = self
        error.advice = adviceOnReplication(slot, isStreaming) ?? advice
        return error
    }

    /// The names of settings and functions are the same in all languages.
    private func adviceOnReplication(_ slot: String, _ isStreaming: Bool) -> String? {
        switch sqlState {
        case .objectNotInPrerequisiteState:
            if message.utf8.contains("wal_level".utf8) {
                return "Set wal_level = logical (ALTER SYSTEM SET wal_level = 'logical') and restart the server."
            }
            guard !message.utf8.contains("max_replication_slots".utf8), message.utf8.contains(slot.utf8) else {
                return nil
            }
            return
                "If the server has removed what the slot was to keep (wal_status in pg_replication_slots says lost), that cannot be "
                + "had any more: drop the slot, make another, and copy the tables anew; raise max_slot_wal_keep_size, or consume "
                + "faster."
        case .undefinedObject where isStreaming || routine == "get_publication_oid":
            return
                "CREATE PUBLICATION must come before the slot: what was written while there was no publication cannot be "
                + "streamed. Create it, then drop the slot and make another."
        case .undefinedObject:
            return "Make the slot first: ReplicationConnection.createSlot(\"\(slot)\")."
        case .objectInUse:
            return
                "Somebody else streams from the slot (pg_stat_replication, pg_replication_slots.active_pid): each consumer needs a "
                + "slot of its own. One whose connection was lost has it until wal_sender_timeout."
        case .duplicateObject: return "Use it, or drop it first: ReplicationConnection.dropSlot(\"\(slot)\")."
        case .configurationLimitExceeded:
            return "Drop slots that are no longer used, or raise max_replication_slots, which takes a restart."
        case .insufficientPrivilege: return "The role needs the attribute REPLICATION (ALTER ROLE … REPLICATION)."
        default: return nil
        }
    }
}
