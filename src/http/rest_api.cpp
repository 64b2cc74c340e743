#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <watchword/http/authenticate.hpp>
#include <watchword/http/rest_api.hpp>
#include <watchword/storage/sql.hpp>

#include "http/ascii.hpp"
#include "http/cookies.hpp"
#include "http/dispatch.hpp"
#include "http/openapi.hpp"
#include "http/origin.hpp"

namespace watchword::http {
namespace {

bool is_base_path(std::string_view path) noexcept {
  return path.size() > 1 && path.front() == '/' && path.back() != '/' && consists_of(path, "/-._~") &&
         path.find("//") == std::string_view::npos && path.find("/.") == std::string_view::npos;
}

Error wrong_option(std::string_view reason) noexcept {
  return Error(Errc::misconfigured, "rest_options", "Correct the options of the REST API.").with_reason(reason);
}

Result<void> check_options(const RestOptions& options, const TokenPolicy& tokens) noexcept {
  if (!is_base_path(options.base_path)) return wrong_option("base_path: begin with / and end without");
  if (!is_base_path(options.sessions_path)) return wrong_option("sessions_path: begin with / and end without");
  if (!std::all_of(options.cors_origins.begin(), options.cors_origins.end(), is_exact_origin)) {
    return wrong_option(
        "cors_origins: write each as https://host[:port], in lower case, without the scheme's own port; neither * nor "
        "null");
  }
  if (options.max_body < 1024 || options.max_body > 1024 * 1024) return wrong_option("max_body: 1 KiB to 1 MiB");
  if (options.cookies && tokens.max_size > kMaxCookieValue) {
    return wrong_option("cookies: tokens of over 4000 bytes fit into none; lower TokenPolicy::max_size");
  }
  return {};
}

Result<std::shared_ptr<Site>> make_site(Watchword& watchword, const RestOptions& options) {
  if (auto fine = check_options(options, watchword.token_policy()); !fine) return fine.error();
  auto router = Router::create(options);
  if (!router) return router.error();
  auto ids = RequestIds::create();
  if (!ids) return ids.error();
  auto openapi = write_openapi(*router, options);
  return std::shared_ptr<Site>(new Site{watchword, options, std::move(*router), std::move(*ids),
                                        watchword.database().reads_are_local(), std::move(openapi)});
}

/// Where a blocking call waits for its response.
class Waiting final {
 public:
  void take(Response response) noexcept {
    std::lock_guard lock(mutex_);
    response_ = std::move(response);
    there_ = true;
    // Under the lock: afterwards the waiting thread may already have destroyed this object.
    arrived_.notify_one();
  }
  Response wait() noexcept {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return there_; });
    return std::move(response_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  Response response_;
  bool there_ = false;
};

}  // namespace

class RestApi::Impl {
 public:
  explicit Impl(std::shared_ptr<Site> site) noexcept : site_(std::move(site)) {}
  const std::shared_ptr<Site>& site() const noexcept { return site_; }

 private:
  std::shared_ptr<Site> site_;
};

RestApi::RestApi(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
RestApi::~RestApi() { impl_->site()->drain(); }

Result<void> RestApi::check(const RestOptions& options, const TokenPolicy& tokens) noexcept {
  if (auto fine = check_options(options, tokens); !fine) return fine;
  auto router = Router::create(options);
  return router ? Result<void>() : router.error();
}

Result<std::unique_ptr<RestApi>> RestApi::create(Watchword& watchword, const RestOptions& options) noexcept {
  try {
    auto site = make_site(watchword, options);
    if (!site) return site.error();
    return std::unique_ptr<RestApi>(new RestApi(std::make_unique<Impl>(std::move(*site))));
  } catch (...) {
    return out_of_memory();
  }
}

bool RestApi::owns(std::string_view target) const noexcept {
  return impl_->site()->router.find(target).place != nullptr;
}

void RestApi::handle(Request request, Completion done) noexcept {
  ExchangePtr exchange;
  try {
    exchange = std::make_shared<Exchange>(impl_->site(), std::move(request), std::move(done));
  } catch (...) {
    // Memory is taken before anything is moved, so the completion is still here.
    try {
      Response bare;
      bare.status = 503;
      done(std::move(bare));
    } catch (...) {
    }
    return;
  }
  dispatch(exchange);
}

Response RestApi::handle(Request request) noexcept {
  try {
    Waiting waiting;
    handle(std::move(request), Completion([&waiting](Response response) { waiting.take(std::move(response)); }));
    return waiting.wait();
  } catch (...) {
    return refusal(out_of_memory());
  }
}

Response RestApi::refuse(Request request, int status, Literal code, Literal detail) noexcept {
  Response response;
  response.status = status;
  try {
    RestApi::Completion keep([&response](Response made) { response = std::move(made); });
    Exchange(impl_->site(), std::move(request), std::move(keep)).refuse(status, code.c_str(), detail.c_str());
  } catch (...) {
    // The bare status is left.
  }
  return response;
}

const std::string& RestApi::openapi() const noexcept { return impl_->site()->openapi; }

}  // namespace watchword::http
