#include <atomic>
#include <utility>

#include <watchword/storage/sql.hpp>

namespace watchword::sql {
namespace {

std::uint64_t next_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

Statement::Statement(std::string text) : text_(std::move(text)), id_(next_id()) {}

Result<void> Database::lock_schema(Transaction&) noexcept { return {}; }

Result<std::int64_t> Database::draw_id(Executor&, std::string_view, std::int64_t at_least) noexcept { return at_least; }

}  // namespace watchword::sql
