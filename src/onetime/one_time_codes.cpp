#include <watchword/onetime/one_time_codes.hpp>

#include "base/contained.hpp"
#include "crypto/digest.hpp"
#include "onetime/base32.hpp"

namespace watchword::onetime {
namespace {

constexpr std::size_t kLeastKey = 32;

TokenDigest digest_of(const CodeBytes& code) noexcept {
  return TokenDigest(crypto::sha256(ByteView(code.data(), code.size())));
}

}  // namespace

class OneTimeCodes::Impl {
 public:
  Impl(CodeStore& codes, Rng& source, crypto::HmacKey hmac) noexcept
      : store(codes), rng(source), key(std::move(hmac)) {}

  CodeBytes derive(Purpose purpose, const RecordId& id) const noexcept {
    const auto tag = static_cast<std::uint8_t>(purpose);
    auto mac = key.mac(ByteView(&tag, 1), ByteView(id.bytes().data(), id.bytes().size()));
    CodeBytes code{};
    std::memcpy(code.data(), mac.data(), code.size());
    secure_zero(mac.data(), mac.size());
    return code;
  }

  CodeStore& store;
  Rng& rng;
  crypto::HmacKey key;
};

OneTimeCodes::OneTimeCodes(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
OneTimeCodes::~OneTimeCodes() = default;

Result<std::unique_ptr<OneTimeCodes>> OneTimeCodes::create(CodeStore& store, Rng& rng, const Secret& key) noexcept {
  if (key.size() < kLeastKey) {
    return Error(Errc::misconfigured, "onetime_key", "The key for one-time codes needs 32 bytes or more.");
  }
  return contained([&]() -> Result<std::unique_ptr<OneTimeCodes>> {
    auto hmac = crypto::HmacKey::create(key.reveal());
    if (!hmac) return hmac.error();
    return std::unique_ptr<OneTimeCodes>(new OneTimeCodes(std::make_unique<Impl>(store, rng, std::move(*hmac))));
  });
}

Result<std::optional<RecordId>> OneTimeCodes::issue(Transaction& transaction, const Request& request,
                                                    Timestamp now) noexcept {
  return contained([&]() -> Result<std::optional<RecordId>> {
    auto id = RecordId::generate(impl_->rng);
    if (!id) return id.error();
    auto code = impl_->derive(request.purpose, *id);
    StoredCode stored{*id, request.purpose,       request.user, digest_of(code), request.binding,
                      now, now + request.lifetime};
    secure_zero(code.data(), code.size());
    auto replaced = impl_->store.replace(transaction, stored, request.quiet);
    if (!replaced) return replaced.error();
    return *replaced ? std::optional<RecordId>(*id) : std::nullopt;
  });
}

Result<Secret> OneTimeCodes::reveal(Purpose purpose, const RecordId& id) const noexcept {
  auto text = Secret::of_size(kCodeSize);
  if (!text) return text;
  auto code = impl_->derive(purpose, id);
  encode_code(code, text->writable());
  secure_zero(code.data(), code.size());
  return text;
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
