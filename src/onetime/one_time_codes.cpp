#include <watchword/onetime/one_time_codes.hpp>

#include "base/contained.hpp"
#include "crypto/digest.hpp"
#include "onetime/base32.hpp"

namespace watchword::onetime {
namespace {

constexpr std::size_t kLeastKey = 32;

Error onetime_key() noexcept {
  return {Errc::misconfigured, "onetime_key", "A key for one-time codes needs 32 bytes or more."};
}

Error code_not_open() noexcept {
  return {Errc::unavailable, "code_not_open", "No key at hand gives an open code of this record."};
}

TokenDigest digest_of(const CodeBytes& code) noexcept {
  return TokenDigest(crypto::sha256(ByteView(code.data(), code.size())));
}

}  // namespace

class OneTimeCodes::Impl {
 public:
  Impl(CodeStore& codes, Rng& source, std::vector<crypto::HmacKey> hmacs) noexcept
      : store(codes), rng(source), keys(std::move(hmacs)) {}

  static CodeBytes derive(const crypto::HmacKey& key, Purpose purpose, const RecordId& id) noexcept {
    const auto tag = static_cast<std::uint8_t>(purpose);
    auto mac = key.mac(ByteView(&tag, 1), ByteView(id.bytes().data(), id.bytes().size()));
    CodeBytes code{};
    std::memcpy(code.data(), mac.data(), code.size());
    secure_zero(mac.data(), mac.size());
    return code;
  }

  CodeStore& store;
  Rng& rng;
  const std::vector<crypto::HmacKey> keys;
};

OneTimeCodes::OneTimeCodes(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
OneTimeCodes::~OneTimeCodes() = default;

Result<std::unique_ptr<OneTimeCodes>> OneTimeCodes::create(CodeStore& store, Rng& rng,
                                                           const std::vector<Secret>& keys) noexcept {
  return contained([&]() -> Result<std::unique_ptr<OneTimeCodes>> {
    std::vector<crypto::HmacKey> hmacs;
    for (const auto& key : keys) {
      if (key.size() < kLeastKey) return onetime_key();
      auto hmac = crypto::HmacKey::create(key.reveal());
      if (!hmac) return hmac.error();
      hmacs.push_back(std::move(*hmac));
    }
    if (hmacs.empty()) return onetime_key();
    return std::unique_ptr<OneTimeCodes>(new OneTimeCodes(std::make_unique<Impl>(store, rng, std::move(hmacs))));
  });
}

Result<std::optional<RecordId>> OneTimeCodes::issue(Transaction& transaction, const Request& request,
                                                    Timestamp now) noexcept {
  return contained([&]() -> Result<std::optional<RecordId>> {
    auto id = RecordId::generate(impl_->rng);
    if (!id) return id.error();
    auto code = Impl::derive(impl_->keys.front(), request.purpose, *id);
    StoredCode stored{*id, request.purpose,       request.user, digest_of(code), request.binding,
                      now, now + request.lifetime};
    secure_zero(code.data(), code.size());
    auto replaced = impl_->store.replace(transaction, stored, request.quiet);
    if (!replaced) return replaced.error();
    return *replaced ? std::optional<RecordId>(*id) : std::nullopt;
  });
}

Result<Secret> OneTimeCodes::reveal(Purpose purpose, const RecordId& id, Timestamp now) const noexcept {
  auto text = Secret::of_size(kCodeSize);
  if (!text) return text;
  for (const auto& key : impl_->keys) {
    auto code = Impl::derive(key, purpose, id);
    auto owner = impl_->store.find(purpose, digest_of(code), now);
    if (owner && *owner) encode_code(code, text->writable());
    secure_zero(code.data(), code.size());
    if (!owner) return owner.error();
    if (*owner) return text;
  }
  return code_not_open();
}

Result<std::optional<UserId>> OneTimeCodes::find(Purpose purpose, std::string_view code, Timestamp now) noexcept {
  auto bytes = decode_code(code);
  if (!bytes) return std::optional<UserId>();
  return impl_->store.find(purpose, digest_of(*bytes), now);
}

Result<CodeStore::Consumed> OneTimeCodes::consume(Transaction& transaction, Purpose purpose, std::string_view code,
                                                  Timestamp now) noexcept {
  auto bytes = decode_code(code);
  if (!bytes) return CodeStore::Consumed();
  return impl_->store.consume(transaction, purpose, digest_of(*bytes), now);
}

}  // namespace watchword::onetime
