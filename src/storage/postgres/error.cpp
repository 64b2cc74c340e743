#include "storage/postgres/error.hpp"

#include <cstring>

namespace watchword::postgres {
namespace {

std::string_view field(const PGresult* result, int which) noexcept {
  const char* text = ::PQresultErrorField(result, which);
  return text != nullptr ? std::string_view(text) : std::string_view();
}

Error with_state(Error error, const PGresult* result) noexcept {
  error.append_reason(error.reason().empty() ? "SQLSTATE " : " (SQLSTATE ");
  bool bracket = error.reason().size() > 9;
  error.append_reason(sqlstate_of(result));
  if (bracket) error.append_reason(")");
  return error;
}

/// "Key (a, b)=(1, 2) already exists.", in whatever language: the columns are between the first brackets.
std::string_view columns_of(std::string_view detail) noexcept {
  auto begin = detail.find('(');
  auto end = detail.find(")=(");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  return detail.substr(begin + 1, end - begin - 1);
}

/// "users.email", as the port says; by the constraint's name where the server does not tell the columns.
Error taken(const PGresult* result) noexcept {
  Error error(Errc::conflict, "store_conflict", "This is taken, or was changed meanwhile.");
  const std::string_view table = field(result, PG_DIAG_TABLE_NAME);
  std::string_view columns = columns_of(field(result, PG_DIAG_MESSAGE_DETAIL));
  if (columns.empty()) columns = field(result, PG_DIAG_CONSTRAINT_NAME);
  for (bool first = true; !columns.empty(); first = false) {
    auto comma = columns.find(", ");
    if (!first) error.append_reason(", ");
    error.append_reason(table);
    error.append_reason(".");
    error.append_reason(columns.substr(0, comma));
    columns.remove_prefix(comma == std::string_view::npos ? columns.size() : comma + 2);
  }
  return error;
}

Error defect(const PGresult* result) noexcept {
  Error error = with_state(store_statement(""), result);
  for (int part : {PG_DIAG_TABLE_NAME, PG_DIAG_COLUMN_NAME, PG_DIAG_CONSTRAINT_NAME}) {
    if (field(result, part).empty()) continue;
    error.append_reason(" ");
    error.append_reason(field(result, part));
  }
  return error;
}

struct Meaning {
  const char* prefix;
  Error (*error)(const PGresult* result) noexcept;
};

// The first prefix that fits decides.
constexpr Meaning kMeanings[] = {
    {"40001", [](const PGresult* r) noexcept { return with_state(store_serialization(""), r); }},
    {"40P01", [](const PGresult* r) noexcept { return with_state(store_serialization(""), r); }},
    // What was prepared is out of date, or was prepared on another connection of a pooler.
    {"0A000", [](const PGresult* r) noexcept { return with_state(store_serialization(""), r); }},
    {"26000",
     [](const PGresult* r) noexcept {
       return with_state(store_serialization("behind a pooler add prepared_statements=off to the URL"), r);
     }},
    {"42P05",
     [](const PGresult* r) noexcept {
       return with_state(store_serialization("behind a pooler add prepared_statements=off to the URL"), r);
     }},
    {"23505", taken},
    {"23503",
     [](const PGresult*) noexcept {
       return Error(Errc::conflict, "store_conflict", "This is taken, or was changed meanwhile.")
           .with_reason("foreign key");
     }},
    {"25006", [](const PGresult*) noexcept { return store_read_only(); }},
    {"XX001",
     [](const PGresult* r) noexcept {
       return with_state({Errc::internal, "store_corrupt", "The database is damaged. Restore it from a backup."}, r);
     }},
    {"XX002",
     [](const PGresult* r) noexcept {
       return with_state({Errc::internal, "store_corrupt", "The database is damaged. Restore it from a backup."}, r);
     }},
    {"57014", [](const PGresult* r) noexcept { return with_state(store_unavailable("a statement took too long"), r); }},
    {"55P03", [](const PGresult* r) noexcept { return with_state(store_unavailable("a lock took too long"), r); }},
    // A wrong number of values.
    {"08P01", defect},
    {"08", [](const PGresult* r) noexcept { return with_state(store_unavailable("the connection was lost"), r); }},
    {"53", [](const PGresult* r) noexcept { return with_state(store_unavailable("the server is out of room"), r); }},
    {"57", [](const PGresult* r) noexcept { return with_state(store_unavailable("the server is going"), r); }},
    {"58", [](const PGresult* r) noexcept { return with_state(store_unavailable("the server has trouble"), r); }},
    {"25P0", [](const PGresult* r) noexcept { return with_state(store_unavailable("the transaction was lost"), r); }},
};

bool begins(std::string_view text, std::string_view prefix) noexcept { return text.substr(0, prefix.size()) == prefix; }

}  // namespace

Error out_of_memory() noexcept {
  return {Errc::unavailable, "out_of_memory", "The server is short of memory. Try again later."};
}

Error store_unavailable(std::string_view reason) noexcept {
  return Error(Errc::unavailable, "store_unavailable", "The database does not answer. Try again later.")
      .with_retry_after(Lifetime::seconds(1))
      .with_reason(reason);
}

Error store_read_only() noexcept {
  return {Errc::unavailable, "store_read_only", "The database can only be read now. Try again later."};
}

Error store_statement(std::string_view reason) noexcept {
  return Error(Errc::internal, "store_statement", "The database refused a statement.").with_reason(reason);
}

Error store_serialization(std::string_view reason) noexcept {
  return Error(Errc::unavailable, "store_serialization", "The database is busy. Try again.")
      .with_retry_after(Lifetime::seconds(1))
      .with_reason(reason);
}

Error outcome_unknown(std::string_view reason) noexcept {
  return Error(Errc::outcome_unknown, "store_outcome_unknown",
               "It is not known whether this was saved. Trying the same again is safe.")
      .with_reason(reason);
}

Error map_error(const PGresult* result) noexcept {
  const std::string_view state = sqlstate_of(result);
  for (const auto& meaning : kMeanings) {
    if (begins(state, meaning.prefix)) return meaning.error(result);
  }
  return defect(result);
}

bool is_serialization(const Error& error) noexcept { return error.code() == "store_serialization"; }

bool harms_connection(std::string_view state) noexcept {
  for (const char* prefix : {"08", "57P", "58", "53", "25006", "25P03", "0A000", "26000", "42P05", "XX"}) {
    if (begins(state, prefix)) return true;
  }
  return false;
}

std::string_view sqlstate_of(const PGresult* result) noexcept {
  const std::string_view state = field(result, PG_DIAG_SQLSTATE);
  return state.empty() ? std::string_view("none") : state;
}

}  // namespace watchword::postgres
