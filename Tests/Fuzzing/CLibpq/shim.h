// A second opinion on connection strings, in the fuzzers alone.
#include <libpq-fe.h>
