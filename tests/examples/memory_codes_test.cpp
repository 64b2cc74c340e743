#include "memory_codes.hpp"

namespace {

/// What the contract asks of a backend: made anew for each case, with a runner and the store.
struct MemoryBackend final {
  watchword::TransactionRunner& runner() { return codes_; }
  watchword::onetime::CodeStore& codes() { return codes_; }
  example::MemoryCodes codes_;
};

}  // namespace

#define WATCHWORD_CODE_STORE_BACKENDS MemoryBackend
#include "contract/code_store.hpp"
