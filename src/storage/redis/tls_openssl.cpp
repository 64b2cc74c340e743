#include <memory>

#include <hiredis/hiredis.h>
#include <hiredis/hiredis_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "storage/redis/error.hpp"
#include "storage/redis/tls.hpp"

namespace watchword::redis {
namespace {

struct FreeTlsContext final {
  void operator()(SSL_CTX* context) const noexcept { ::SSL_CTX_free(context); }
};
struct FreeSession final {
  void operator()(SSL* session) const noexcept { ::SSL_free(session); }
};
using TlsContextPtr = std::unique_ptr<SSL_CTX, FreeTlsContext>;
using SessionPtr = std::unique_ptr<SSL, FreeSession>;

bool trust(SSL_CTX* context, const std::string& file) noexcept {
  return (file.empty() ? ::SSL_CTX_set_default_verify_paths(context)
                       : ::SSL_CTX_load_verify_locations(context, file.c_str(), nullptr)) == 1;
}

bool identify(SSL_CTX* context, const Url& url) noexcept {
  return url.certificate.empty() || (::SSL_CTX_use_certificate_chain_file(context, url.certificate.c_str()) == 1 &&
                                     ::SSL_CTX_use_PrivateKey_file(context, url.key.c_str(), SSL_FILETYPE_PEM) == 1 &&
                                     ::SSL_CTX_check_private_key(context) == 1);
}

Result<TlsContextPtr> make_context(const Url& url) {
  TlsContextPtr context(::SSL_CTX_new(::TLS_client_method()));
  if (!context || ::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) return out_of_memory();
  ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const bool trusting = trust(context.get(), url.authorities);
  const bool identified = trusting && identify(context.get(), url);
  ::ERR_clear_error();
  if (!trusting) return bad_tls("the file of sslrootcert cannot be used");
  if (!identified) return bad_tls("the files of sslcert and sslkey cannot be used, or do not belong together");
  return context;
}

/// hiredis itself would check no name.
bool expect_name(SSL* session, const std::string& host) noexcept {
  if (::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(session), host.c_str()) == 1) return true;
  return ::SSL_set1_host(session, host.c_str()) == 1 && ::SSL_set_tlsext_host_name(session, host.c_str()) == 1;
}

}  // namespace

Result<void> check_tls(const Url& url) {
  auto context = make_context(url);
  if (!context) return context.error();
  return {};
}

Result<void> start_tls(redisContext& context, const Url& url) {
  auto made = make_context(url);
  if (!made) return made.error();
  SessionPtr session(::SSL_new(made->get()));
  if (!session) return out_of_memory();
  const bool expecting = expect_name(session.get(), url.host);
  const bool begun = expecting && ::redisInitiateSSL(&context, session.get()) == REDIS_OK;
  ::ERR_clear_error();
  if (!begun) return redis_unavailable(expecting ? context.errstr : "TLS cannot expect such a host name");
  // It belongs to the connection from here on.
  static_cast<void>(session.release());
  return {};
}

}  // namespace watchword::redis
