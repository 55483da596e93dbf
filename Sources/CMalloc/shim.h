// What Swift's Glibc module does not export: giving memory back to the system.
#if defined(__GLIBC__) || defined(__linux__)
#include <features.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

// Gives memory back that nobody uses, where the C library can.
static inline void give_memory_back(void) {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

// The bytes that are given out and were not given back; 0 where the C library does not tell.
static inline unsigned long heap_in_use(void) {
#if defined(__GLIBC__)
    return mallinfo2().uordblks + mallinfo2().hblkhd;
#else
    return 0;
#endif
}
