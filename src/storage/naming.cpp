#include <string_view>

#include <watchword/storage/naming.hpp>

namespace watchword::sql {
namespace {

constexpr std::size_t kLongestName = 48;

bool is_letter(char c) noexcept { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }

bool is_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kLongestName || !is_letter(name.front())) return false;
  for (char c : name) {
    if (!is_letter(c) && !(c >= '0' && c <= '9')) return false;
  }
  return true;
}

Error bad_name(std::string_view which) noexcept {
  return Error(Errc::misconfigured, "table_name",
               "Use letters, digits and underscores, at most 48, in the names of tables.")
      .with_reason(which);
}

}  // namespace

Result<void> check_naming(const Naming& naming) noexcept {
  if (!naming.schema.empty() && !is_name(naming.schema)) return bad_name("schema");
  if (!is_name(naming.users)) return bad_name("users");
  if (!is_name(naming.prefix)) return bad_name("prefix");
  return {};
}

}  // namespace watchword::sql
