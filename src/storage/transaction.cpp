#include <watchword/storage/change_signal.hpp>
#include <watchword/storage/transaction.hpp>

namespace watchword {

Transaction::~Transaction() = default;
TransactionRunner::~TransactionRunner() = default;
ChangeSignal::~ChangeSignal() = default;

}  // namespace watchword
