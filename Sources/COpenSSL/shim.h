// The one door to OpenSSL 3. Each shim says why Swift cannot call the function itself.
#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/prctl.h>

// prctl(2) is variadic: no core dump, and no other process of the same user reads this one's memory.
static inline int supervisord_ec_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

// A macro made of macros: RFC 2253 text, control and non-ASCII characters escaped.
static inline unsigned long supervisord_ec_name_flags(void) { return XN_FLAG_RFC2253; }

// A macro made of macros: the input is UTF-8.
static inline int supervisord_ec_utf8_string(void) { return MBSTRING_UTF8; }

// A macro with a cast: SSL_OP_IGNORE_UNEXPECTED_EOF of SSL_CTX_set_options(3).
static inline uint64_t supervisord_ec_ignore_unexpected_eof(void) {
  return SSL_OP_IGNORE_UNEXPECTED_EOF;
}
