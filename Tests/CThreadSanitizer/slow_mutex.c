// Swift's Mutex is a futex on Linux. Its quick way, where nobody else has it, is atomic instructions in our own code, which
// ThreadSanitizer sees. Its slow way is three functions in libswiftSynchronization.so, which it does not see, so that it reports
// whatever the mutex guards. In a build with ThreadSanitizer these functions come before those, and tell it.

#if defined(__linux__) && defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

void __tsan_acquire(void *address);
void __tsan_release(void *address);

static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    // Without it there is no mutex, and nothing to be tested.
    if (!function) abort();
    return function;
}

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK_SLOW "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slow(uint32_t thread, SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT bool try_lock_slow(SELF void *mutex) __asm__(TRY_LOCK_SLOW);
SWIFT void unlock_slow(SELF void *mutex) __asm__(UNLOCK_SLOW);

SWIFT void lock_slow(uint32_t thread, SELF void *mutex) {
    SWIFT void (*original)(uint32_t, SELF void *) = next(LOCK_SLOW);
    original(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT bool try_lock_slow(SELF void *mutex) {
    SWIFT bool (*original)(SELF void *) = next(TRY_LOCK_SLOW);
    bool is_locked = original(mutex);
    if (is_locked) __tsan_acquire(mutex);
    return is_locked;
}

SWIFT void unlock_slow(SELF void *mutex) {
    SWIFT void (*original)(SELF void *) = next(UNLOCK_SLOW);
    __tsan_release(mutex);
    original(mutex);
}
#endif
#endif

// So that there is something to compile elsewhere.
typedef int pgwire_thread_sanitizer;
