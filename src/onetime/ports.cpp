#include <watchword/onetime/one_time_codes.hpp>

namespace watchword::onetime {

CodeStore::~CodeStore() = default;

}  // namespace watchword::onetime
