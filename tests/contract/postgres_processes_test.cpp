#include "contract/postgres_backend.hpp"

namespace {

class SharedSchema final {
 public:
  std::unique_ptr<watchword::test::SqlStores> open() {
    return std::make_unique<watchword::test::SqlStores>(watchword::test::open_postgres(), schema_.naming());
  }

 private:
  watchword::test::PostgresSchema schema_;
};

}  // namespace

#define WATCHWORD_SHARED_PLACES SharedSchema

#include "contract/processes.hpp"
