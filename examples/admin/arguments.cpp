#include "arguments.hpp"

#include <cstdlib>
#include <string_view>

namespace admin {

const char* const kUsage =
    "usage: watchword-admin [--database URL] [--json] COMMAND\n"
    "\n"
    "  create EMAIL USERNAME     make an account; the password is read from standard input\n"
    "  show USER                 one account, by id (7 or #7), user name or address\n"
    "  list [AFTER [LIMIT]]      accounts with ids above AFTER, 100 at most unless LIMIT says otherwise\n"
    "  activate USER             let the account sign in again\n"
    "  deactivate USER           end its sessions and let it sign in no more\n"
    "  end-sessions USER         end all its sessions\n"
    "  import FILE               add accounts with their hashes, one JSON object a line ('-': standard input):\n"
    "                            {\"email\":...,\"username\":...,\"hashed_password\":...,\"is_active\":true}\n"
    "  migrate [--dry-run]       bring the database to this release's schema, or say what is missing\n"
    "  purge                     remove what has expired; nothing depends on it but space\n"
    "  restored                  after a backup came back: end everybody's sessions, tokens and codes\n"
    "  check                     whether the database answers, is whole, and its schema fits\n"
    "\n"
    "URL defaults to the environment's DATABASE_URL. Exit status: 0 done, 1 refused, 2 wrong usage or configuration.\n";

namespace {

watchword::Error usage(std::string_view what) {
  return watchword::Error(watchword::Errc::invalid_input, "usage", "See watchword-admin --help.").with_reason(what);
}

}  // namespace

watchword::Result<Arguments> parse_arguments(int argc, char** argv) {
  Arguments arguments;
  const char* url = std::getenv("DATABASE_URL");
  arguments.database_url = url == nullptr || *url == '\0' ? "sqlite:///./watchword.db" : url;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (word == "--json") {
      arguments.json = true;
    } else if (word == "--dry-run") {
      arguments.dry_run = true;
    } else if (word == "--help" || word == "-h") {
      arguments.help = true;
    } else if (word == "--database") {
      if (++i == argc) return usage("--database needs a URL");
      arguments.database_url = argv[i];
    } else if (word.size() > 1 && word[0] == '-') {
      return usage("unknown option " + std::string(word));
    } else if (arguments.command.empty()) {
      arguments.command = word;
    } else {
      arguments.rest.emplace_back(word);
    }
  }
  if (arguments.command.empty() && !arguments.help) return usage("no command");
  return arguments;
}

}  // namespace admin
