#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif
import Synchronization

/// Runs a program that never outlives this one.
///
/// A shell, in a session of its own, starts the program and reads from a socket whose other end only this process has.
/// However this process ends, even by SIGKILL, the system closes that end; the shell then stops the program, removes
/// the directory `removing` and exits. An ordinary stop does the same.
final class Supervisor: Sendable {
    /// The signal that stops the program.
    enum StopSignal: String, Sendable {
        /// Fast shutdown of PostgreSQL: disconnects clients and writes everything to disk.
        case interrupt = "INT"
        /// Immediate shutdown of PostgreSQL: writes nothing; the next start recovers.
        case quit = "QUIT"
        case terminate = "TERM"
        case kill = "KILL"
    }

    /// The program's process id.
    let processIdentifier: pid_t
    private let shell: ChildProcess
    private let control: Descriptor
    private let status: Descriptor
    private let state: Mutex<State>

    private struct State {
        var unread: String
        var exitStatus: Int32?
        var isReaped = false
    }

    /// Descriptors of the shell: 0 to 2 are the program's, 3 the socket to wait on, 4 reports to this process, 5 a
    /// lock that is held until the program has ended. The subshell kills the program by stronger and stronger signals.
    /// The group kill ends the subshell and its `sleep` (which reach their end only if the shell was killed), but not
    /// the program's own processes, which are in sessions of their own or have ended.
    private static let script = """
        cd /
        signal=$1 remove=$2
        shift 2
        exec 6<&0
        "$@" <&6 3<&- 4>&- 5>&- 6<&- &
        program=$!
        (
            exec 4>&- 5>&-
            read -r nothing <&3
            kill -s "$signal" "$program"
            sleep 30
            kill -s QUIT "$program"
            sleep 5
            kill -s KILL "$program"
            if [ -n "$remove" ]; then rm -rf -- "$remove"; fi
        ) &
        trap '' HUP INT TERM PIPE
        echo "pid $program" >&4
        wait "$program"
        status=$?
        kill -s TERM 0
        echo "exit $status" >&4
        read -r nothing <&3
        if [ -n "$remove" ]; then rm -rf -- "$remove"; fi
        """

    /// Starts `command` (`command[0]` is an absolute path) as `user`. Its standard input is the file `input`, its
    /// output is appended to the file `log`. The directory `removing` is removed when this process ends or `stop` is
    /// called; the lock of the descriptor `lock` is held as long as the program runs.
    init(
        _ command: [String], as user: RunUser?, input: String = "/dev/null", log: String, stopSignal: StopSignal,
        removing: String? = nil, lock: Descriptor? = nil
    ) throws {
        let input = try Descriptor(opening: input, O_RDONLY)
        let log = try Descriptor(opening: log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
        let (controlReading, control) = try Descriptor.pair()
        let (status, statusWriting) = try Descriptor.pair()
        let launcher = try user?.launcher() ?? []
        shell = try ChildProcess(
            launcher + ["/bin/sh", "-c", Self.script, "supervisor", stopSignal.rawValue, removing ?? ""] + command,
            descriptors: [input, log, log, controlReading, statusWriting, lock ?? input])
        statusWriting.close()
        self.control = control
        self.status = status
        // The first line comes when the program is forked.
        var text = ""
        while !text.utf8.contains(UInt8(ascii: "\n")), let part = status.readSome() { text += part }
        guard text.utf8.starts(with: "pid ".utf8), let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")),
            let identifier = pid_t(text[text.utf8.index(text.startIndex, offsetBy: 4)..<end])
        else {
            control.close()
            let result = try shell.wait()
            throw LocalPostgresError.programFailed(
                program: (launcher + ["/bin/sh"])[0], status: result, log: "it could not start \(command[0])")
        }
        processIdentifier = identifier
        state = Mutex(State(unread: String(text[text.index(after: end)...])))
    }

    /// Stops the program on a thread of its own, without waiting.
    deinit {
        control.close()
        let shell = shell
        if !state.withLock({ $0.isReaped }) { BlockingThread.start { _ = try? shell.wait() } }
    }

    /// Waits at most `milliseconds` for the program's end; returns its exit status, nil when it still runs. Blocks.
    func exitStatus(within milliseconds: Int32) -> Int32? {
        state.withLock { state in
            if state.exitStatus == nil, state.unread.isEmpty, status.isReadable(within: milliseconds) {
                // The end without a report means that the shell itself was killed.
                state.unread += status.readSome() ?? "exit 137\n"
            }
            if state.unread.utf8.starts(with: "exit ".utf8), state.unread.utf8.last == UInt8(ascii: "\n") {
                state.exitStatus = Int32(state.unread.dropFirst(5).dropLast())
                state.unread = ""
            }
            return state.exitStatus
        }
    }

    /// Stops the program, waits until it has ended and its directory is removed. Blocks. May be called again.
    func stop() {
        control.close()
        reap()
    }

    /// For a program that has ended: ends the shell without removing the directory. Blocks for a moment.
    func release() {
        state.withLock { state in
            if !state.isReaped { _ = kill(shell.processIdentifier, SIGKILL) }
        }
        stop()
    }

    private func reap() {
        state.withLock { state in
            if !state.isReaped { _ = try? shell.wait() }
            state.isReaped = true
        }
    }
}
