#pragma once

#include <watchword/base/result.hpp>
#include <watchword/http/message.hpp>

#include "http/exchange.hpp"

namespace watchword::http {

/// Ends what the request proves to hold: the session of its access token, of its cookies, of the refresh token in its
/// body. One of them suffices, so that an expired access token does not keep anybody signed in;
/// one whose session has ended already counts. By cookies of the own origin it always succeeds and clears them.
Result<Response> log_out(Exchange& exchange);

/// Ends the session that a browser's cookies named before a login replaced them, then answers `reply`.
void answer_after_replacing(const ExchangePtr& exchange, Response reply);

}  // namespace watchword::http
