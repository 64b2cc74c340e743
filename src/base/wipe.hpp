#pragma once

#include <string>

#include <watchword/base/secret.hpp>

namespace watchword {

/// Empties text that held a secret. What outgrew its memory has left copies: such text is reserved whole beforehand.
inline void wipe(std::string& text) noexcept {
  secure_zero(text.data(), text.size());
  text.clear();
}

}  // namespace watchword
