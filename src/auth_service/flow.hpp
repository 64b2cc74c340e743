#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "auth_service/in_flight.hpp"
#include "auth_service/parts.hpp"

/// An operation that hashes is a flow of three parts: prepare() reads and validates, hash() computes and touches no
/// store, finish() decides and writes. Until finish() nothing has been done. Each form of the operation runs the same
/// parts, on different threads. A flow has a `Value` and moves without throwing.
namespace watchword::auth {

/// All three from the calling thread, which waits while the pool hashes.
template <class Flow>
Result<typename Flow::Value> run_blocking(const AuthParts& parts, Flow& flow) {
  auto prepared = flow.prepare();
  if (!prepared) return prepared.error();
  Result<void> hashed;
  auto ran = parts.hash_pool.run([&] { hashed = contained([&] { return flow.hash(); }); });
  if (!ran) return ran.error();
  if (!hashed) return hashed.error();
  return flow.finish();
}

/// A flow on its way through the executor, the pool and the executor again. Holds its completion itself, so that
/// whichever step is refused can still answer.
template <class Flow>
class Job final : public std::enable_shared_from_this<Job<Flow>> {
 public:
  using Completion = Function<void(Result<typename Flow::Value>)>;
  static_assert(std::is_nothrow_move_constructible<Flow>::value, "a job is made whole or not at all");

  Job(const AuthParts& parts, Ticket ticket, Flow flow, Completion& done) noexcept
      : ticket_(std::move(ticket)), parts_(parts), flow_(std::move(flow)), done_(std::move(done)) {}

  void start() noexcept { post(&Job::prepare); }

 private:
  void post(void (Job::*step)()) noexcept {
    auto posted =
        contained([&] { return parts_.executor.post([self = this->shared_from_this(), step] { ((*self).*step)(); }); });
    if (!posted) done_(posted.error());
  }

  void prepare() {
    auto prepared = contained([&] { return flow_.prepare(); });
    if (!prepared) return done_(prepared.error());
    auto submitted = contained([&] {
      return parts_.hash_pool.submit(
          [self = this->shared_from_this()](Result<void> admitted) { self->hash(admitted); });
    });
    if (!submitted) done_(submitted.error());
  }

  void hash(const Result<void>& admitted) {
    if (!admitted) return done_(admitted.error());
    auto hashed = contained([&] { return flow_.hash(); });
    if (!hashed) return done_(hashed.error());
    post(&Job::finish);
  }

  void finish() {
    done_(contained([&] { return flow_.finish(); }));
  }

  Ticket ticket_;  // first, so that it goes last
  const AuthParts& parts_;
  Flow flow_;
  Completion done_;
};

}  // namespace watchword::auth
