#include <cstdio>
#include <ctime>
#include <string_view>

#include <arpa/inet.h>
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
constexpr timespec kHousekeeping{60, 0};
constexpr std::int64_t kPurgedAtOnce = 2000;

int misconfigured(const Error& error) {
  std::fprintf(stderr, "watchword-server: %s %s (%s)\n", std::string(error.message()).c_str(),
               std::string(error.reason()).c_str(), std::string(error.code()).c_str());
  return 2;
}

bool is_loopback(const std::string& host) {
  in_addr address{};
  bool v4 = inet_pton(AF_INET, host.c_str(), &address) == 1;
  return host == "localhost" || host == "::1" || (v4 && (ntohl(address.s_addr) >> 24) == 127);
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

// What has expired is refused anyway; it is removed for the space it takes.
void keep_house(watchword::Watchword& watchword, example::Log& log) {
  auto purged = watchword.purge(kPurgedAtOnce);
  if (!purged) log.write(watchword::Severity::warning, "purge_failed", purged.error().message());
}

// The first signal lets what runs finish; a second one ends the process at once.
void run_until_signal(watchword::Watchword& watchword, example::Server& server, example::Log& log,
                      const sigset_t& signals) {
  while (sigtimedwait(&signals, nullptr, &kHousekeeping) < 0) keep_house(watchword, log);
  log.write(watchword::Severity::info, "stopping", "No new connections; finishing the requests that run.");
  server.quiesce();
  const timespec pause{0, 20 * 1000 * 1000};
  for (int tries = kDrainSeconds * 50; tries > 0 && server.active() > 0; --tries) {
    if (sigtimedwait(&signals, nullptr, &pause) > 0) _exit(1);
  }
  if (server.active() == 0) {
    log.write(watchword::Severity::info, "stopped", "All requests are answered.");
    return;
  }
  log.write(watchword::Severity::error, "stopped", "Some requests were not answered in time.");
  // Suspended requests could still be resumed, so nothing that they use may be taken down.
  _exit(1);
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
  run_until_signal(**opened, **server, log, signals);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    bool help = std::string_view(argv[1]) == "--help";
    std::fputs("usage: watchword-server   (no arguments; README.md lists the environment variables)\n",
               help ? stdout : stderr);
    return help ? 0 : 2;
  }
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
