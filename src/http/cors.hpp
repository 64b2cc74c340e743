#pragma once

#include <watchword/http/message.hpp>
#include <watchword/http/rest_api.hpp>

#include "http/router.hpp"

namespace watchword::http {

/// Vary for all, and the fields of the Fetch standard for a listed origin: its exact text from the list, never "*".
/// `used_cookies` says that the reply depends on them.
void add_cors(Response& response, const Request& request, const RestOptions& options, bool used_cookies);

/// The 204 answer to OPTIONS; add_cors() says to whom it is given.
Response preflight(const Request& request, const RestOptions& options, const Place& place);

}  // namespace watchword::http
