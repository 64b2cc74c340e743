#include <watchword/hooks.hpp>

namespace watchword {

Hooks::~Hooks() = default;

Result<void> Hooks::before_registration(const RequestContext&, const std::string&, const std::string&) { return {}; }
Result<void> Hooks::in_registration(Transaction&, const account::Account&) { return {}; }
void Hooks::after_registration(const RequestContext&, const account::Account&) {}
Result<void> Hooks::before_login(const RequestContext&, const account::Account&) { return {}; }
void Hooks::after_login(const RequestContext&, const account::Account&) {}

}  // namespace watchword
