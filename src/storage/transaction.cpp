#include <watchword/storage/transaction.hpp>

namespace watchword {

Transaction::~Transaction() = default;
TransactionRunner::~TransactionRunner() = default;

}  // namespace watchword
