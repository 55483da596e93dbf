// What Swift's Glibc module does not export: epoll and eventfd.
#if defined(__linux__)
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif
