#include "contract/sql_backend.hpp"

namespace {

class SharedFile final {
 public:
  std::unique_ptr<watchword::test::SqlStores> open() {
    return std::make_unique<watchword::test::SqlStores>(watchword::test::open_sqlite((folder_ / "shared.db").string()));
  }

 private:
  watchword::test::TempDir folder_;
};

}  // namespace

#define WATCHWORD_SHARED_PLACES SharedFile

#include "contract/processes.hpp"
