#include <watchword/onetime/one_time_codes.hpp>

namespace {

struct Backend final {
  watchword::TransactionRunner& runner() { return *runner_; }
  watchword::onetime::CodeStore& codes() { return *codes_; }
  watchword::TransactionRunner* runner_ = nullptr;
  watchword::onetime::CodeStore* codes_ = nullptr;
};

}  // namespace

#define WATCHWORD_CODE_STORE_BACKENDS Backend
#include "contract/code_store.hpp"
