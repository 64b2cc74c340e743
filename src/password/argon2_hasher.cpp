#include <array>
#include <new>
#include <utility>
#include <vector>

#include <watchword/password/argon2_hasher.hpp>

#include "crypto/digest.hpp"
#include "password/arena.hpp"
#include "password/stored_hash.hpp"
#include "password/typed_password.hpp"

namespace watchword {

PasswordHasher::~PasswordHasher() = default;

namespace {

using password::Argon2Hash;
using password::TypedPassword;

constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kTagSize = 32;
constexpr std::size_t kPepperKeySize = 32;

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

struct PepperKey final {
  std::string id;
  crypto::HmacKey key;
};

class Argon2Hasher final : public PasswordHasher {
 public:
  Argon2Hasher(const crypto::Argon2Cost& cost, HashPool& pool, Rng& rng, std::vector<PepperKey> peppers) noexcept
      : cost_(cost), pool_(pool), rng_(rng), peppers_(std::move(peppers)) {}

  Result<std::string> hash(const Password& password) noexcept override {
    try {
      return hash_of(password);
    } catch (...) {
      return out_of_memory();
    }
  }

  Result<PasswordMatch> verify(const Password& password, std::string_view stored) noexcept override {
    try {
      return match_of(password, stored);
    } catch (...) {
      return out_of_memory();
    }
  }

  Result<void> verify_nothing(const Password& password) noexcept override {
    auto nothing = verify(password, "!");
    if (!nothing) return nothing.error();
    return {};
  }

  /// What is neither bcrypt nor ours to verify is answered by spend().
  bool costs_as_usual(std::string_view stored) const noexcept override {
    if (password::is_bcrypt(stored)) return false;
    auto argon2 = password::parse_argon2(stored);
    if (!argon2 || (!argon2->pepper_id.empty() && pepper_named(argon2->pepper_id) == nullptr)) return true;
    return has_own_cost(*argon2);
  }

 private:
  Result<std::string> hash_of(const Password& password) {
    auto typed = TypedPassword::create(password);
    if (!typed) return typed.error();
    Argon2Hash made;
    made.cost = cost_;
    made.salt_size = kSaltSize;
    made.tag_size = kTagSize;
    auto salted = rng_.fill(made.salt_bytes.data(), kSaltSize);
    if (!salted) return salted.error();
    auto* pepper = peppers_.empty() ? nullptr : &peppers_.front();
    if (pepper != nullptr) made.pepper_id = pepper->id;
    auto done = derive(made, pepper, typed->nfc(), made.tag_bytes.data());
    if (!done) return done.error();
    return password::format_argon2(made);
  }

  Result<PasswordMatch> match_of(const Password& password, std::string_view stored) {
    auto typed = TypedPassword::create(password);
    if (!typed && typed.error().kind() != Errc::invalid_input) return typed.error();
    if (!typed) return spend_default(ByteView());
    auto matched = compare(typed->nfc(), stored);
    if (!matched) return matched.error();
    if (*matched) return is_current(stored) ? PasswordMatch::match : PasswordMatch::match_needs_rehash;
    if (typed->is_nfc()) return PasswordMatch::mismatch;
    // Whatever is stored, a password that is not in NFC costs two hashes, also when nothing is stored.
    matched = compare(typed->as_typed(), stored);
    if (!matched) return matched.error();
    return *matched ? PasswordMatch::match_needs_rehash : PasswordMatch::mismatch;
  }

  Result<bool> compare(ByteView password, std::string_view stored) {
    if (auto argon2 = password::parse_argon2(stored)) return compare_argon2(password, *argon2);
    if (password::is_bcrypt(stored) && password.size() <= 72) return crypto::bcrypt_matches(password.text(), stored);
    return spend(password);
  }

  Result<bool> compare_argon2(ByteView password, const Argon2Hash& stored) {
    auto* pepper = pepper_named(stored.pepper_id);
    if (pepper == nullptr && !stored.pepper_id.empty()) return spend(password);
    std::array<std::uint8_t, 64> tag{};
    auto done = derive(stored, pepper, password, tag.data());
    if (!done) return done.error();
    bool equal = equal_constant_time({tag.data(), stored.tag_size}, stored.tag());
    secure_zero(tag.data(), tag.size());
    return equal;
  }

  /// The work of one default hash and its comparison, to no end: what is not verifiable must not answer sooner.
  Result<bool> spend(ByteView password) {
    Argon2Hash none;
    none.cost = cost_;
    none.salt_size = kSaltSize;
    none.tag_size = kTagSize;
    auto done = derive(none, peppers_.empty() ? nullptr : &peppers_.front(), password, none.tag_bytes.data());
    secure_zero(none.tag_bytes.data(), none.tag_bytes.size());
    if (!done) return done.error();
    return false;
  }

  Result<PasswordMatch> spend_default(ByteView password) {
    auto spent = spend(password);
    if (!spent) return spent.error();
    return PasswordMatch::mismatch;
  }

  Result<void> derive(const Argon2Hash& hash, const PepperKey* pepper, ByteView password, std::uint8_t* tag) {
    crypto::Digest mixed{};
    if (pepper != nullptr) {
      mixed = pepper->key.mac(password);
      password = {mixed.data(), mixed.size()};
    }
    auto done = derive_in_arena(hash, password, tag);
    secure_zero(mixed.data(), mixed.size());
    return done;
  }

  Result<void> derive_in_arena(const Argon2Hash& hash, ByteView password, std::uint8_t* tag) {
    auto* arena = pool_.arena_of_this_thread();
    if (arena == nullptr) return crypto::argon2id(hash.cost, password, hash.salt(), {}, tag, hash.tag_size);
    auto turn = arena->turn(hash.cost.memory_kib);
    return crypto::argon2id(hash.cost, password, hash.salt(), arena->memory(hash.cost.memory_kib), tag, hash.tag_size);
  }

  const PepperKey* pepper_named(std::string_view id) const noexcept {
    for (const auto& pepper : peppers_) {
      if (pepper.id == id) return &pepper;
    }
    return nullptr;
  }

  bool is_current(std::string_view stored) const noexcept {
    auto hash = password::parse_argon2(stored);
    if (!hash) return false;
    std::string_view pepper_id = peppers_.empty() ? std::string_view() : peppers_.front().id;
    return has_own_cost(*hash) && hash->salt_size == kSaltSize && hash->tag_size == kTagSize &&
           hash->pepper_id == pepper_id;
  }

  bool has_own_cost(const Argon2Hash& hash) const noexcept {
    return hash.cost.memory_kib == cost_.memory_kib && hash.cost.passes == cost_.passes &&
           hash.cost.lanes == cost_.lanes;
  }

  const crypto::Argon2Cost cost_;
  HashPool& pool_;
  Rng& rng_;
  const std::vector<PepperKey> peppers_;
};

bool reaches_floor(const Argon2Policy& policy) noexcept {
  constexpr std::pair<std::uint32_t, std::uint32_t> kFloors[] = {
      {47104, 1}, {19456, 2}, {12288, 3}, {9216, 4}, {7168, 5}};
  for (auto [memory_kib, passes] : kFloors) {
    if (policy.memory_kib >= memory_kib && policy.passes >= passes) return true;
  }
  return policy.allow_cheap_for_tests;
}

Result<std::vector<PepperKey>> keys_of(const Pepper* pepper) {
  Error invalid(Errc::misconfigured, "pepper_invalid",
                "A pepper needs an id of 1 to 16 of [a-z0-9] that no other has, and a key of 32 bytes or more.");
  std::vector<PepperKey> keys;
  for (; pepper != nullptr; pepper = pepper->previous.get()) {
    if (!password::is_pepper_id(pepper->id) || pepper->key.size() < kPepperKeySize) return invalid;
    for (const auto& other : keys) {
      if (other.id == pepper->id) return invalid;
    }
    auto key = crypto::HmacKey::create(pepper->key.reveal());
    if (!key) return key.error();
    keys.push_back({pepper->id, *std::move(key)});
  }
  return keys;
}

}  // namespace

Result<std::unique_ptr<PasswordHasher>> make_argon2_hasher(const Argon2Policy& policy, HashPool& pool, Rng& rng,
                                                           std::unique_ptr<Pepper> pepper) noexcept {
  crypto::Argon2Cost cost{policy.memory_kib, policy.passes, 1};
  if (!reaches_floor(policy) || !password::is_bounded(cost) || policy.memory_kib > pool.hash_memory_kib()) {
    return Error(Errc::misconfigured, "argon2_policy",
                 "Use 19456 KiB with 2 passes or an equal cost, within 256 MiB and the pool's memory of one hash.");
  }
  try {
    if (auto prepared = crypto::prepare_argon2id(); !prepared) return prepared.error();
    auto keys = keys_of(pepper.get());
    if (!keys) return keys.error();
    return std::unique_ptr<PasswordHasher>(std::make_unique<Argon2Hasher>(cost, pool, rng, *std::move(keys)));
  } catch (...) {
    return out_of_memory();
  }
}

}  // namespace watchword
