// The function with key and data is only in a header that Botan means to withdraw some day.
#define BOTAN_NO_DEPRECATED_WARNINGS
#include <new>

#include <botan/argon2.h>

#include "crypto/password_hash.hpp"

namespace watchword::crypto {
namespace {

constexpr std::uint8_t kArgon2id = 2;

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

}  // namespace

/// Botan makes threads at its first hash, and ends the process if memory runs out in the midst of it.
Result<void> prepare_argon2id() noexcept {
  constexpr std::uint8_t kSalt[16] = {};
  std::uint8_t tag[16];
  return argon2id({8, 1, 1}, std::string_view("any"), {kSalt, sizeof kSalt}, {}, tag, sizeof tag);
}

Result<void> argon2id(const Argon2Cost& cost, ByteView password, ByteView salt, Argon2Memory, std::uint8_t* tag,
                      std::size_t tag_size) noexcept {
  return argon2id_keyed(cost, password, salt, {}, {}, tag, tag_size);
}

Result<void> argon2id_keyed(const Argon2Cost& cost, ByteView password, ByteView salt, ByteView key, ByteView data,
                            std::uint8_t* tag, std::size_t tag_size) noexcept {
  try {
    // Botan keeps its working memory in a secure_vector, which wipes it.
    Botan::argon2(tag, tag_size, password.text().data(), password.size(), salt.data(), salt.size(), key.data(),
                  key.size(), data.data(), data.size(), kArgon2id, cost.lanes, cost.memory_kib, cost.passes);
    return {};
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::exception& failure) {
    return Error(Errc::internal, "internal", "Something went wrong on the server.").with_reason(failure.what());
  } catch (...) {
    return Error(Errc::internal, "internal", "Something went wrong on the server.").with_reason("argon2");
  }
}

}  // namespace watchword::crypto
