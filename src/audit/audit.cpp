#include <watchword/audit/audit.hpp>

namespace watchword::audit {

Sink::~Sink() = default;

namespace {

class NullSink final : public Sink {
 public:
  Result<void> record(Transaction&, const Event&) noexcept override { return {}; }
  void note(const Event&) noexcept override {}
};

}  // namespace

Sink& null_sink() noexcept {
  static NullSink sink;
  return sink;
}

}  // namespace watchword::audit
