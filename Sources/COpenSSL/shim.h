// OpenSSL for Swift: the headers, and as functions those of its calls that are macros, which Swift cannot import.
#ifndef PGWIRE_COPENSSL_SHIM_H
#define PGWIRE_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline int COpenSSL_setGroups(SSL_CTX *context, const char *names) {
    return (int)SSL_CTX_set1_groups_list(context, names);
}
static inline int COpenSSL_setMinimumVersion(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}
static inline int COpenSSL_setMaximumVersion(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_max_proto_version(context, version);
}
static inline int COpenSSL_setServerName(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}
static inline void COpenSSL_setMode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}
static inline void COpenSSL_refuseRenegotiation(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}
// What a BIO says of its last call: that there is nothing to read yet, or nothing of the kind.
static inline void COpenSSL_setRetryRead(BIO *bio) {
    BIO_set_retry_read(bio);
}
static inline void COpenSSL_clearRetry(BIO *bio) {
    BIO_clear_retry_flags(bio);
}

// ---- Certificates (LocalPostgres) ------------------------------------------------------------------------------
// Keys: EVP_PKEY_Q_keygen is variadic and its short forms are macros.
static inline EVP_PKEY *COpenSSL_generateECKey(const char *curve) {
    return EVP_EC_gen(curve);
}
static inline EVP_PKEY *COpenSSL_generateRSAKey(size_t bits) {
    return EVP_RSA_gen(bits);
}
// The bytes of a memory BIO, which stay its own.
static inline long COpenSSL_memoryData(BIO *bio, char **data) {
    return BIO_get_mem_data(bio, data);
}
// Stacks are typed by macros. Takes bytes with a length, so that names no parser would accept can be made for tests.
static inline GENERAL_NAMES *COpenSSL_newGeneralNames(void) {
    return sk_GENERAL_NAME_new_null();
}
static inline int COpenSSL_addGeneralName(GENERAL_NAMES *names, int type, const void *bytes, int length) {
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_STRING *value = ASN1_STRING_type_new(type == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING);
    if (name == NULL || value == NULL || !ASN1_STRING_set(value, bytes, length)) {
        GENERAL_NAME_free(name);
        ASN1_STRING_free(value);
        return 0;
    }
    GENERAL_NAME_set0_value(name, type, value);
    if (!sk_GENERAL_NAME_push(names, name)) {
        GENERAL_NAME_free(name);
        return 0;
    }
    return 1;
}

#endif
