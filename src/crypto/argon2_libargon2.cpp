#include <cstdlib>
#include <limits>

#include <argon2.h>

#include "crypto/password_hash.hpp"

namespace watchword::crypto {
namespace {

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

// libargon2 calls back without a context, on the thread that called it: with `threads` 1 it starts none.
thread_local Argon2Memory offered;

int take_offered(std::uint8_t** memory, std::size_t size) noexcept {
  if (size > offered.size) return ARGON2_MEMORY_ALLOCATION_ERROR;
  *memory = static_cast<std::uint8_t*>(offered.data);
  return ARGON2_OK;
}

// libargon2 has wiped the memory before it gives it back.
void give_back(std::uint8_t*, std::size_t) noexcept {}

struct Inputs final {
  ByteView password;
  ByteView salt;
  ByteView key;
  ByteView data;
};

// The library's fields are not const, but it writes to them only where the flags ask for it.
std::uint8_t* pointer_to(ByteView bytes) noexcept { return const_cast<std::uint8_t*>(bytes.data()); }
std::uint32_t size_of(ByteView bytes) noexcept { return static_cast<std::uint32_t>(bytes.size()); }

argon2_context context_of(const Argon2Cost& cost, const Inputs& in) noexcept {
  argon2_context context{};
  context.pwd = pointer_to(in.password);
  context.pwdlen = size_of(in.password);
  context.salt = pointer_to(in.salt);
  context.saltlen = size_of(in.salt);
  context.secret = pointer_to(in.key);
  context.secretlen = size_of(in.key);
  context.ad = pointer_to(in.data);
  context.adlen = size_of(in.data);
  context.t_cost = cost.passes;
  context.m_cost = cost.memory_kib;
  context.lanes = cost.lanes;
  context.threads = 1;
  context.version = ARGON2_VERSION_13;
  context.flags = ARGON2_DEFAULT_FLAGS;
  return context;
}

Result<void> run(argon2_context& context, std::uint8_t* tag, std::size_t tag_size) noexcept {
  context.out = tag;
  context.outlen = static_cast<std::uint32_t>(tag_size);
  int status = ::argon2id_ctx(&context);
  if (status == ARGON2_OK) return {};
  if (status == ARGON2_MEMORY_ALLOCATION_ERROR) return out_of_memory();
  return Error(Errc::internal, "internal", "Something went wrong on the server.")
      .with_reason("argon2: ")
      .with_reason(::argon2_error_message(status));
}

}  // namespace

Result<void> prepare_argon2id() noexcept { return {}; }

Result<void> argon2id(const Argon2Cost& cost, ByteView password, ByteView salt, Argon2Memory memory, std::uint8_t* tag,
                      std::size_t tag_size) noexcept {
  auto context = context_of(cost, {password, salt, {}, {}});
  if (memory.size >= std::size_t{cost.memory_kib} * 1024) {
    context.allocate_cbk = take_offered;
    context.free_cbk = give_back;
    offered = memory;
  }
  auto done = run(context, tag, tag_size);
  offered = {};
  return done;
}

Result<void> argon2id_keyed(const Argon2Cost& cost, ByteView password, ByteView salt, ByteView key, ByteView data,
                            std::uint8_t* tag, std::size_t tag_size) noexcept {
  auto context = context_of(cost, {password, salt, key, data});
  return run(context, tag, tag_size);
}

}  // namespace watchword::crypto
