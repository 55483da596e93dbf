// Counts the allocations of each thread, for tests that say how many a piece of work makes. Linux only.
#pragma once

/// How often this thread has asked for memory (malloc, calloc, realloc and their like).
unsigned long allocation_count(void);
