#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include "auth_service/delayer.hpp"
#include "auth_service/in_flight.hpp"
#include "auth_service/parts.hpp"

/// An operation that hashes is a flow of three parts: prepare() reads and validates, hash() computes and touches no
/// store, finish() decides and writes. Until finish() nothing has been done. Each form of the operation runs the same
/// parts, on different threads. A flow has a `Value` and moves without throwing; it may have a
/// hold(), which says how long its answer is to be kept back.
namespace watchword::auth {

template <class Flow>
Lifetime hold_of(const Flow& flow) noexcept {
  if constexpr (requires { flow.hold(); }) return flow.hold();
  return Lifetime();
}

/// All three from the calling thread, which waits while the pool hashes.
template <class Flow>
Result<typename Flow::Value> run_blocking(const AuthParts& parts, Flow& flow) {
  auto prepared = flow.prepare();
  if (!prepared) return prepared.error();
  Result<void> hashed;
  auto ran = parts.hash_pool.run([&] { hashed = contained([&] { return flow.hash(); }); });
  if (!ran) return ran.error();
  if (!hashed) return hashed.error();
  auto answer = flow.finish();
  const Lifetime wait = hold_of(flow);
  if (wait > Lifetime()) std::this_thread::sleep_for(std::chrono::microseconds(wait.microseconds()));
  return answer;
}

/// A flow on its way through the executor, the pool and the executor again. Holds its completion itself, so that
/// whichever step is refused can still answer.
template <class Flow>
class Job final : public std::enable_shared_from_this<Job<Flow>> {
 public:
  using Completion = Function<void(Result<typename Flow::Value>)>;
  static_assert(std::is_nothrow_move_constructible<Flow>::value, "a job is made whole or not at all");

  Job(const AuthParts& parts, Delayer& delayer, Ticket ticket, Flow flow, Completion& done) noexcept
      : ticket_(std::move(ticket)), parts_(parts), delayer_(delayer), flow_(std::move(flow)), done_(std::move(done)) {}

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
    answer_.emplace(contained([&] { return flow_.finish(); }));
    const Lifetime wait = hold_of(flow_);
    if (wait <= Lifetime()) return answer();
    auto delayed = contained([&]() -> Result<void> {
      delayer_.after(wait, [self = this->shared_from_this()] { self->answer(); });
      return {};
    });
    if (!delayed) answer();
  }

  void answer() { done_(std::move(*answer_)); }

  Ticket ticket_;  // first, so that it goes last
  const AuthParts& parts_;
  Delayer& delayer_;
  Flow flow_;
  std::optional<Result<typename Flow::Value>> answer_;
  Completion done_;
};

}  // namespace watchword::auth
