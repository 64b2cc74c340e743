#pragma once

#include "http/exchange.hpp"

namespace watchword::http {

/// Sees a request through to its answer, here or on the executor.
void dispatch(const ExchangePtr& exchange) noexcept;

}  // namespace watchword::http
