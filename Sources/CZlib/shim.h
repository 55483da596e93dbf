// zlib for Swift: the headers, and as functions those of its calls that are macros, which Swift cannot import.
#ifndef SCRIBEAPP_CZLIB_SHIM_H
#define SCRIBEAPP_CZLIB_SHIM_H

#include <zlib.h>

// 16 more than the window's size asks for gzip's header and checksum instead of zlib's own.
static inline int CZlib_deflateInit(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
static inline int CZlib_inflateInit(z_stream *stream) {
    return inflateInit2(stream, 15 + 16);
}

#endif
