#include "storage/sqlite/writer.hpp"

#include <new>

#include "storage/sqlite/error.hpp"

namespace watchword::sqlite {
namespace {

using Control = Connection::Control;

constexpr int kMostAttempts = 5;

void settle_rest(CommitRequest* batch, const Error& error) noexcept {
  for (; batch != nullptr; batch = batch->next) {
    if (batch->settled) continue;
    batch->outcome = error;
    batch->settled = true;
  }
}

bool any_succeeded(const CommitRequest* batch) noexcept {
  for (; batch != nullptr; batch = batch->next) {
    if (batch->outcome) return true;
  }
  return false;
}

Error work_threw() noexcept { return {Errc::internal, "work_threw", "The work of a transaction threw an exception."}; }

}  // namespace

void Writer::commit(CommitRequest* batch) noexcept {
  if (batch->next != nullptr && commit_together(batch)) return;
  for (; batch != nullptr; batch = batch->next) {
    if (!batch->settled) commit_alone(*batch);
  }
}

Result<Connection*> Writer::connection() noexcept {
  if (connection_) return connection_.get();
  try {
    auto opened = Connection::open(settings_);
    if (!opened) return opened.error();
    connection_ = *std::move(opened);
    wal_ = false;
    return connection_.get();
  } catch (...) {
    return out_of_memory();
  }
}

Result<void> Writer::begin() noexcept {
  auto connection = this->connection();
  if (!connection) return connection.error();
  if (!is_memory() && !connection_->is_file_in_place()) {
    return store_unavailable("the database file was moved or deleted");
  }
  // Where another process is in the way, this transaction is as durable with the old journal, and the next one tries.
  if (!is_memory() && !wal_) wal_ = connection_->switch_to_wal();
  auto begun = connection_->control(Control::begin_write);
  if (!begun && connection_->harmed()) abandon();
  return begun;
}

/// False where SQLite gave the whole transaction up, or only its end showed that a work was at fault: then each work
/// that is not settled must run again in a transaction of its own, since what it had decided may have rested on others.
bool Writer::commit_together(CommitRequest* batch) noexcept {
  if (auto begun = begin(); !begun) {
    settle_rest(batch, begun.error());
    return true;
  }
  for (auto* request = batch; request != nullptr; request = request->next) {
    if (run_marked(*request)) continue;
    request->settled = !request->outcome && !is_serialization(request->outcome.error());
    abandon();
    return false;
  }
  return finish(batch);
}

void Writer::commit_alone(CommitRequest& request) noexcept {
  for (int attempt = 1; !try_alone(request) && attempt < kMostAttempts; ++attempt) {
  }
  request.settled = true;
}

/// False after a serialization failure, which another attempt may get past.
bool Writer::try_alone(CommitRequest& request) noexcept {
  request.outcome = begin();
  if (request.outcome) {
    call(request);
    if (request.outcome && !lost()) {
      request.outcome = send_commit();
    } else {
      abandon();
    }
  }
  return request.outcome || !is_serialization(request.outcome.error());
}

/// Runs the work between savepoints, so that its error undoes only what it did itself. False if the transaction is
/// gone with it.
bool Writer::run_marked(CommitRequest& request) noexcept {
  request.outcome = connection_->control(Control::mark);
  if (!request.outcome) return false;
  call(request);
  if (lost()) return false;
  if (!request.outcome) {
    if (is_serialization(request.outcome.error())) return false;
    if (!connection_->control(Control::roll_back_to_mark)) return false;
  }
  if (auto dropped = connection_->control(Control::drop_mark); !dropped) {
    request.outcome = dropped;
    return false;
  }
  return true;
}

void Writer::call(CommitRequest& request) noexcept {
  executor_.start(*connection_);
  try {
    request.outcome = request.work(transaction_);
  } catch (const std::bad_alloc&) {
    request.outcome = out_of_memory();
  } catch (...) {
    request.outcome = work_threw();
  }
  if (request.outcome && executor_.failed()) request.outcome = *executor_.failed();
  if (request.outcome && lost()) request.outcome = store_unavailable("the transaction was lost");
}

/// Commits what is left of the batch. A work that was refused is answered only now too: what it saw may have been
/// another's that is durable only now, and if the commit fails its refusal may have been wrong.
bool Writer::finish(CommitRequest* batch) noexcept {
  if (!any_succeeded(batch)) {
    abandon();
    for (auto* request = batch; request != nullptr; request = request->next) request->settled = true;
    return true;
  }
  auto sent = send_commit();
  if (!sent && sent.error().kind() == Errc::conflict) return false;
  for (auto* request = batch; request != nullptr; request = request->next) {
    if (!sent) request->outcome = request->outcome ? sent : store_unavailable("the shared commit failed");
    request->settled = true;
  }
  return true;
}

/// After an input or output error SQLite has undone the transaction in its memory, but the frames of the commit may be
/// on the disk, where recovery would find them: only then is the outcome unknown.
Result<void> Writer::send_commit() noexcept {
  auto sent = connection_->control(Control::commit);
  if (sent) return sent;
  bool unknown = connection_->harmed();
  abandon();
  if (!unknown) return sent.error();
  return Error(Errc::outcome_unknown, "store_outcome_unknown",
               "It is not known whether this was saved. Trying the same again is safe.")
      .with_reason(sent.error().reason());
}

bool Writer::lost() const noexcept { return !connection_->in_transaction() || connection_->harmed(); }

/// Ends the transaction without a commit, and the connection too where it may be harmed: it is opened anew by the next
/// transaction. A database in memory would be lost with it, and has no file that could fail.
void Writer::abandon() noexcept {
  bool undone = !connection_->in_transaction() || connection_->control(Control::roll_back);
  if (is_memory()) {
    connection_->clear_harm();
  } else if (!undone || connection_->harmed()) {
    connection_.reset();
  }
}

}  // namespace watchword::sqlite
