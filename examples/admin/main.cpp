#include <cstdio>

#include "commands.hpp"

namespace {

using admin::Arguments;
using admin::Output;
using watchword::Result;
using watchword::sql::MigrationMode;

using Command = Result<void> (*)(watchword::Watchword&, const Arguments&, const Output&);

/// Whether the database is brought up to date on the way: asking must change nothing.
struct Entry final {
  const char* name;
  Command run;
  MigrationMode mode = MigrationMode::automatic;
};

constexpr Entry kCommands[] = {{"create", admin::create},
                               {"show", admin::show, MigrationMode::check_only},
                               {"list", admin::list, MigrationMode::check_only},
                               {"activate", admin::activate},
                               {"deactivate", admin::deactivate},
                               {"end-sessions", admin::end_sessions},
                               {"import", admin::import_accounts},
                               {"purge", admin::purge},
                               {"restored", admin::restored},
                               {"check", admin::check, MigrationMode::check_only}};

Result<void> migrate(const Arguments& arguments, const Output& output) {
  if (arguments.dry_run) return admin::show_pending(arguments, output);
  auto opened = admin::open(arguments, MigrationMode::automatic);
  if (!opened) return opened.error();
  output.done("the schema is up to date");
  return {};
}

Result<void> run(const Arguments& arguments, const Output& output) {
  if (arguments.command == "migrate") return migrate(arguments, output);
  for (const auto& entry : kCommands) {
    if (arguments.command != entry.name) continue;
    auto opened = admin::open(arguments, entry.mode);
    if (!opened) return opened.error();
    return entry.run(**opened, arguments, output);
  }
  return admin::usage_error("unknown command");
}

}  // namespace

int main(int argc, char** argv) {
  auto arguments = admin::parse_arguments(argc, argv);
  if (!arguments) return Output(false).failure(arguments.error());
  if (arguments->help) {
    std::fputs(admin::kUsage, stdout);
    return 0;
  }
  Output output(arguments->json);
  auto done = run(*arguments, output);
  return done ? 0 : output.failure(done.error());
}
