#include <cstdio>

#include <watchword/base/rng.hpp>
#include <watchword/base/time.hpp>

#include "memory_codes.hpp"

using watchword::Result;
using watchword::Transaction;
using watchword::onetime::Consumption;
using watchword::onetime::OneTimeCodes;

/// The library's one-time codes, wired by hand over a store of one's own.
Result<bool> issue_and_spend(OneTimeCodes& codes, watchword::TransactionRunner& runner) {
  auto now = watchword::system_clock().now();
  OneTimeCodes::Request request;
  request.user = watchword::UserId(7);
  std::optional<watchword::RecordId> issued;
  auto stored = runner.run([&](Transaction& transaction) -> Result<void> {
    auto id = codes.issue(transaction, request, now);
    if (!id) return id.error();
    issued = *id;
    return {};
  });
  if (!stored) return stored.error();
  if (!issued) return false;
  auto code = codes.reveal(request.purpose, *issued, now);
  if (!code) return code.error();
  bool spent = false;
  auto used = runner.run([&](Transaction& transaction) -> Result<void> {
    auto consumed = codes.consume(transaction, request.purpose, code->reveal().text(), now);
    if (!consumed) return consumed.error();
    spent = consumed->outcome == Consumption::consumed;
    return {};
  });
  if (!used) return used.error();
  return spent;
}

int main() {
  example::MemoryCodes store;
  auto key = watchword::Secret::of_size(32);
  if (!key || !watchword::system_rng().fill(key->writable(), key->size())) return 1;
  std::vector<watchword::Secret> keys;
  keys.push_back(*std::move(key));
  auto codes = OneTimeCodes::create(store, watchword::system_rng(), keys);
  if (!codes) return 1;
  auto spent = issue_and_spend(**codes, store);
  std::printf("the code was %s\n", spent && *spent ? "accepted, once" : "refused");
  return spent && *spent ? 0 : 1;
}
