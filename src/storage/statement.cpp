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

}  // namespace watchword::sql
