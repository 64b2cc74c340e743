#include <cstring>
#include <new>
#include <utility>

#include <watchword/base/secret.hpp>

namespace watchword {
namespace {

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

}  // namespace

void secure_zero(void* data, std::size_t size) noexcept {
  if (size == 0) return;
  std::memset(data, 0, size);
  // The compiler must assume that the assembly reads the memory, so the memset cannot be left out.
  __asm__ __volatile__("" : : "r"(data) : "memory");
}

bool equal_constant_time(ByteView a, ByteView b) noexcept {
  if (a.size() != b.size()) return false;
  std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | (a.data()[i] ^ b.data()[i]));
    // Hides the value from the optimiser, which could otherwise leave the loop at the first difference.
    __asm__ __volatile__("" : "+r"(difference));
  }
  return difference == 0;
}

Result<Secret> Secret::of_size(std::size_t size) noexcept {
  Secret secret;
  secret.bytes_ = new (std::nothrow) std::uint8_t[size]();
  if (secret.bytes_ == nullptr) return out_of_memory();
  secret.size_ = size;
  return secret;
}

Result<Secret> Secret::copy_of(ByteView bytes) noexcept {
  auto secret = of_size(bytes.size());
  if (secret && !bytes.empty()) std::memcpy(secret->writable(), bytes.data(), bytes.size());
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_ = std::exchange(other.bytes_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() noexcept {
  if (bytes_ != nullptr) secure_zero(bytes_, size_);
  delete[] bytes_;
}

Result<Password> Password::copy_of(std::string_view typed) noexcept {
  auto secret = Secret::copy_of(typed);
  if (!secret) return secret.error();
  return Password(*std::move(secret));
}

}  // namespace watchword
