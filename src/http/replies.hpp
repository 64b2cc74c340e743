#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <watchword/account/account.hpp>
#include <watchword/http/message.hpp>
#include <watchword/session/session_issuer.hpp>
#include <watchword/session/session_store.hpp>

/// The bodies of successful replies. All may throw std::bad_alloc.
namespace watchword::http {

/// RFC 3339 in UTC, with microseconds where there are any.
std::string iso8601(Timestamp moment);

Response json_reply(int status, std::string body);
Response account_reply(int status, const account::Account& account);
Response message_reply(std::string_view message);
Response token_reply(const session::TokenPair& pair);
/// For clients whose tokens went into cookies.
Response cookie_reply(const session::TokenPair& pair);
Response challenge_reply(const session::Challenge& challenge);
Response sessions_reply(const std::vector<session::Session>& sessions, SessionId current);

}  // namespace watchword::http
