#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string_view>

#include <arpa/inet.h>
#include <signal.h>
#include <unistd.h>

#include <watchword/http/rest_api.hpp>
#include <watchword/mail/mailer.hpp>
#include <watchword/storage/database_url.hpp>
#include <watchword/watchword.hpp>

#include "files.hpp"
#include "listener.hpp"
#include "log.hpp"
#include "preflight.hpp"
#include "redis.hpp"
#include "server.hpp"
#include "settings.hpp"

namespace {

using watchword::Error;
using watchword::Result;
using watchword::Severity;

constexpr int kTicksPerSecond = 50;
constexpr int kDrainTicks = 15 * kTicksPerSecond;
constexpr int kAnswerTicks = 3 * kTicksPerSecond;
constexpr timespec kTick{0, 1000 * 1000 * 1000 / kTicksPerSecond};
constexpr timespec kHousekeeping{60, 0};
constexpr std::int64_t kPurgedAtOnce = 2000;
// Files that are open beside the connections: the database's, and those of libraries.
constexpr std::size_t kOwnFiles = 64;
constexpr std::size_t kMostConnections = 20000;
constexpr std::size_t kFewConnections = 1100;

// One line. `variable` is "" where the reason names it already.
int misconfigured(const Error& error, const std::string& variable = {}) {
  std::string line(variable);
  if (!variable.empty()) line.append(": ").append(error.message()).append(" ");
  line.append(error.reason());
  if (!variable.empty()) line.append(" (").append(error.code()).append(")");
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  std::fprintf(stderr, "watchword-server: %s\n", line.c_str());
  return 2;
}

std::string database_variable(const std::string& url) {
  auto parsed = watchword::parse_database_url(url);
  return parsed ? "DATABASE_URL=" + parsed->display : "DATABASE_URL";
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
    log.write(Severity::warning, "plain_http",
              "Passwords and tokens travel unencrypted to an address that is not loopback. Set TLS_CERT and TLS_KEY, "
              "or put a TLS proxy in front and HOST to 127.0.0.1.");
  }
  log.line(std::move(example::LogLine("info", "listening").field("url", url).field("port", port)));
}

// What has expired is refused anyway; it is removed for the space it takes.
void keep_house(watchword::Watchword& watchword, example::Log& log) {
  auto purged = watchword.purge(kPurgedAtOnce);
  if (!purged) log.write(Severity::warning, "purge_failed", purged.error().message());
}

// What the library works on is waited for; clients have a moment to take their answers. A signal ends the process.
bool drain(const example::Server& server, const sigset_t& signals) {
  int patience = kAnswerTicks;
  for (int ticks = kDrainTicks; ticks > 0; --ticks) {
    if (server.running() == 0 && (server.unsent() == 0 || --patience == 0)) return true;
    if (sigtimedwait(&signals, nullptr, &kTick) > 0) _exit(1);
  }
  return server.running() == 0;
}

// The first signal lets what runs finish; a second one ends the process at once.
void run_until_signal(watchword::Watchword& watchword, example::Server& server, example::Log& log,
                      const sigset_t& signals) {
  while (sigtimedwait(&signals, nullptr, &kHousekeeping) < 0) keep_house(watchword, log);
  log.write(Severity::info, "stopping", "No new connections; finishing the requests that run.");
  server.quiesce();
  if (drain(server, signals)) {
    log.write(Severity::info, "stopped",
              server.unsent() == 0 ? "All requests are answered."
                                   : "All requests are finished; some clients did not take their answers.");
    return;
  }
  log.write(Severity::error, "stopped", "Some requests were not finished in time.");
  // Suspended requests could still be resumed, so nothing that they use may be taken down.
  _exit(1);
}

example::ServerOptions server_options(const example::Settings& settings, example::Log& log) {
  example::ServerOptions options;
  options.tls_certificate = settings.tls_certificate;
  options.tls_key = settings.tls_key;
  std::size_t files = example::raise_open_files();
  std::size_t connections = files > 2 * kOwnFiles ? files - kOwnFiles : files / 2;
  options.connections = static_cast<unsigned>(std::clamp(connections, std::size_t{1}, kMostConnections));
  if (connections < kFewConnections) {
    log.write(Severity::warning, "few_connections",
              "Open files are limited to " + std::to_string(files) + ", and so connections to " +
                  std::to_string(options.connections) + ". Raise the limit (ulimit -n, LimitNOFILE).");
  }
  return options;
}

// Without SECRET_KEY. A secret is only made beside a database that open() will take.
int take_secret(example::Settings& settings, example::Log& log) {
  const std::string& path = settings.secret_path;
  if (path.empty()) return 0;
  if (::access(path.c_str(), F_OK) != 0) {
    auto known = example::recognise_database(settings.options);
    if (!known) return misconfigured(known.error(), database_variable(settings.options.database_url));
  }
  bool made = false;
  auto secret = example::read_or_make_secret(path, made);
  if (!secret) return misconfigured(secret.error(), "SECRET_KEY is not set, and its file cannot be used");
  settings.options.secret_key = *std::move(secret);
  log.write(
      Severity::warning, made ? "secret_key_made" : "secret_key_file",
      (made ? "SECRET_KEY is not set; a random one was made in " : "SECRET_KEY is not set; using the one in ") + path);
  return 0;
}

int run(example::Settings settings, example::Listener listener, example::Log& log, const sigset_t& signals) {
  int status = take_secret(settings, log);
  if (status != 0) return status;
  const std::string database = settings.options.database_url;
  if (example::is_in_memory(database)) {
    log.write(Severity::warning, "database_in_memory", "The database is in memory: all is lost when the server ends.");
  }
  watchword::http::RestOptions rest;
  rest.cors_origins = settings.cors_origins;
  auto opened = watchword::open(std::move(settings.options));
  if (!opened) return misconfigured(opened.error(), database_variable(database));
  auto api = watchword::http::RestApi::create(**opened, rest);
  if (!api) return misconfigured(api.error(), "CORS_ORIGINS");
  auto server = example::Server::start(server_options(settings, log), std::move(listener), **api, log);
  if (!server) return misconfigured(server.error(), "HOST, PORT");
  log.release();
  announce(settings, (*server)->port(), log);
  run_until_signal(**opened, **server, log, signals);
  return 0;
}

int run_with_mail(example::Settings settings, example::Listener listener, example::Log& log, const sigset_t& signals) {
  const std::string folder = settings.mail_folder;
  if (folder.empty()) return run(std::move(settings), std::move(listener), log, signals);
  bool was_there = ::access(folder.c_str(), F_OK) == 0;
  auto mailer = watchword::mail::make_file_mailer(folder, "Watchword <no-reply@localhost>");
  if (!mailer) return misconfigured(mailer.error(), "MAIL_URL=file://" + folder);
  settings.options.mailer = mailer->get();
  int status = run(std::move(settings), std::move(listener), log, signals);
  // Nothing is left of a start that was refused; a folder with mail in it stays anyway.
  if (status != 0 && !was_there) ::rmdir(folder.c_str());
  return status;
}

// All that can be wrong is looked for before anything is written.
int serve(example::Settings settings, example::Log& log, const sigset_t& signals) {
  watchword::http::RestOptions rest;
  rest.cors_origins = settings.cors_origins;
  auto fine = watchword::http::RestApi::check(rest, settings.options.tokens);
  if (!fine) return misconfigured(fine.error(), "CORS_ORIGINS");
  fine = example::Server::check_tls(settings.tls_certificate, settings.tls_key);
  if (!fine) return misconfigured(fine.error(), settings.tls_files);
  auto listener = example::Listener::bind(settings.host, settings.port);
  if (!listener) {
    return misconfigured(listener.error(), "HOST=" + settings.host + ", PORT=" + std::to_string(settings.port));
  }
  settings.options.log = &log;
  settings.options.audit = &log;
  auto signal = example::use_redis(settings, log);
  if (!signal) return misconfigured(signal.error(), "REDIS_URL");
  return run_with_mail(std::move(settings), *std::move(listener), log, signals);
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

  auto settings = example::read_settings();
  if (!settings) return misconfigured(settings.error());
  example::Log log(settings->log_requests);
  return serve(*std::move(settings), log, signals);
}
