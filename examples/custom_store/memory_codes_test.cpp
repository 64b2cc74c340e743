#include "memory_codes.hpp"

#include <contract/support.hpp>

namespace {

/// What the contracts ask of a backend: made anew for each case, with a runner and the store.
struct MemoryBackend {
  watchword::TransactionRunner& runner() { return codes_; }
  watchword::onetime::CodeStore& codes() { return codes_; }
  example::MemoryCodes codes_;
};

}  // namespace

#define WATCHWORD_CODE_STORE_BACKENDS MemoryBackend
#include <contract/code_store.hpp>

#define WATCHWORD_TRANSACTION_RUNNER_BACKENDS watchword::contract::MarksByCodes<MemoryBackend>
#include <contract/transaction_runner.hpp>
