#pragma once

#include <string>

#include <watchword/http/rest_api.hpp>

#include "http/router.hpp"

namespace watchword::http {

/// The OpenAPI 3.1 document of the routes. May throw std::bad_alloc.
std::string write_openapi(const Router& router, const RestOptions& options);

/// "components.schemas" as JSON text.
std::string_view component_schemas() noexcept;

}  // namespace watchword::http
