#include <new>
#include <string>

#include <botan/bcrypt.h>

#include <watchword/base/secret.hpp>

#include "crypto/password_hash.hpp"

namespace watchword::crypto {
namespace {

constexpr std::size_t kMostBytes = 72;

class WipedString final {
 public:
  explicit WipedString(std::string_view text) : text_(text) {}
  WipedString(const WipedString&) = delete;
  WipedString& operator=(const WipedString&) = delete;
  ~WipedString() { secure_zero(text_.data(), text_.size()); }
  const std::string& get() const noexcept { return text_; }

 private:
  std::string text_;
};

}  // namespace

Result<bool> bcrypt_matches(std::string_view password, std::string_view stored) noexcept {
  if (password.size() > kMostBytes || password.find('\0') != std::string_view::npos) return false;
  try {
    WipedString copy(password);
    return Botan::check_bcrypt(copy.get(), std::string(stored));
  } catch (const std::bad_alloc&) {
    return Error(Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later.");
  } catch (...) {
    // Some malformed strings make Botan throw, although it promises false.
    return false;
  }
}

}  // namespace watchword::crypto
