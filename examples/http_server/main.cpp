#include <cstdio>
#include <ctime>

#include <signal.h>
#include <unistd.h>

#include <watchword/http/rest_api.hpp>
#include <watchword/watchword.hpp>

#include "log.hpp"
#include "server.hpp"
#include "settings.hpp"

namespace {

using watchword::Error;
using watchword::Result;

constexpr int kDrainSeconds = 15;

int misconfigured(const Error& error) {
  std::fprintf(stderr, "watchword-server: %s %s (%s)\n", std::string(error.message()).c_str(),
               std::string(error.reason()).c_str(), std::string(error.code()).c_str());
  return 2;
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.compare(0, 4, "127.") == 0;
}

void announce(const example::Settings& settings, std::uint16_t port, example::Log& log) {
  bool tls = !settings.tls_certificate.empty();
  std::string host = settings.host.find(':') == std::string::npos ? settings.host : "[" + settings.host + "]";
  std::string url = (tls ? "https://" : "http://") + host + ":" + std::to_string(port);
  if (!tls && !is_loopback(settings.host)) {
    log.write(watchword::Severity::warning, "plain_http",
              "Passwords and tokens travel unencrypted to an address that is not loopback. Set TLS_CERT and TLS_KEY, "
              "or put a TLS proxy in front and HOST to 127.0.0.1.");
  }
  log.line(std::move(example::LogLine("info", "listening").field("url", url).field("port", port)));
}

// The first signal lets what runs finish; a second one ends the process at once.
int run_until_signal(example::Server& server, example::Log& log, const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  log.write(watchword::Severity::info, "stopping", "No new connections; finishing the requests that run.");
  server.quiesce();
  const timespec pause{0, 20 * 1000 * 1000};
  for (int tries = kDrainSeconds * 50; tries > 0 && server.active() > 0; --tries) {
    if (sigtimedwait(&signals, nullptr, &pause) > 0) _exit(1);
  }
  return 0;
}

int serve(example::Settings settings, example::Log& log, const sigset_t& signals) {
  std::unique_ptr<watchword::mail::Mailer> mailer;
  if (!settings.mail_folder.empty()) {
    auto made = watchword::mail::make_file_mailer(settings.mail_folder, "Watchword <no-reply@localhost>");
    if (!made) return misconfigured(made.error());
    mailer = *std::move(made);
  }
  settings.options.mailer = mailer.get();
  settings.options.log = &log;
  settings.options.audit = &log;
  auto opened = watchword::open(std::move(settings.options));
  if (!opened) return misconfigured(opened.error());
  watchword::http::RestOptions rest;
  rest.cors_origins = settings.cors_origins;
  auto api = watchword::http::RestApi::create(**opened, rest);
  if (!api) return misconfigured(api.error());

  example::ListenOptions listen;
  listen.host = settings.host;
  listen.port = settings.port;
  listen.tls_certificate = settings.tls_certificate;
  listen.tls_key = settings.tls_key;
  auto server = example::Server::start(listen, **api, log);
  if (!server) return misconfigured(server.error());
  announce(settings, (*server)->port(), log);
  int status = run_until_signal(**server, log, signals);
  log.write(watchword::Severity::info, "stopped", "All requests are answered.");
  return status;
}

}  // namespace

int main() {
  // Blocked before any thread starts, so that only sigwait() sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);

  example::Log startup(true);
  auto settings = example::read_settings(startup);
  if (!settings) return misconfigured(settings.error());
  example::Log log(settings->log_requests);
  return serve(*std::move(settings), log, signals);
}
