#include "storage/sqlite/commit_queue.hpp"

namespace watchword::sqlite {

void CommitQueue::submit(CommitRequest& request, Commit commit) {
  std::unique_lock lock(mutex_);
  append(request);
  if (led_) {
    request.wake.wait(lock, [&] { return request.answered || request.leads; });
    if (request.answered) return;
  }
  led_ = true;
  CommitRequest* batch = take_batch();
  lock.unlock();
  commit(batch);
  lock.lock();
  answer(batch, request);
  pass_the_lead();
}

void CommitQueue::append(CommitRequest& request) noexcept {
  (last_ != nullptr ? last_->next : first_) = &request;
  last_ = &request;
}

CommitRequest* CommitQueue::take_batch() noexcept {
  CommitRequest* batch = first_;
  CommitRequest* end = batch;
  for (std::size_t n = 1; n < most_together_ && end->next != nullptr; ++n) end = end->next;
  first_ = end->next;
  if (first_ == nullptr) last_ = nullptr;
  end->next = nullptr;
  return batch;
}

/// Under the lock: an answered request is gone as soon as its thread may run.
void CommitQueue::answer(CommitRequest* batch, const CommitRequest& own) noexcept {
  while (batch != nullptr) {
    CommitRequest* next = batch->next;
    batch->answered = true;
    if (batch != &own) batch->wake.notify_one();
    batch = next;
  }
}

void CommitQueue::pass_the_lead() noexcept {
  led_ = first_ != nullptr;
  if (!led_) return;
  first_->leads = true;
  first_->wake.notify_one();
}

}  // namespace watchword::sqlite
