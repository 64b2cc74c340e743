#include "crypto/random_block.hpp"

#include <algorithm>
#include <cstring>

namespace watchword::crypto {
namespace {

bool repeats_itself(const std::array<std::uint8_t, RandomBlock::kSize>& block) noexcept {
  constexpr std::size_t draw = 32;
  for (std::size_t i = draw; i < block.size(); i += draw) {
    if (std::memcmp(block.data() + i - draw, block.data() + i, draw) == 0) return true;
  }
  return false;
}

}  // namespace

bool RandomBlock::fill(Source source, std::uint8_t* out, std::size_t size) noexcept {
  for (std::size_t done = 0; done < size;) {
    if (left_ == 0 && !refill(source)) {
      secure_zero(out, done);
      return false;
    }
    std::size_t taken = std::min(left_, size - done);
    std::uint8_t* from = bytes_.data() + kSize - left_;
    std::memcpy(out + done, from, taken);
    secure_zero(from, taken);
    left_ -= taken;
    done += taken;
  }
  return true;
}

void RandomBlock::discard() noexcept {
  secure_zero(bytes_.data(), kSize);
  left_ = 0;
}

bool RandomBlock::refill(Source source) noexcept {
  bool drawn = source(bytes_.data(), kSize);
  Digest digest = sha256({bytes_.data(), kSize});
  if (!drawn || repeats_itself(bytes_) || digest == last_block_) {
    discard();
    return false;
  }
  // The digest, not the block: what was handed out must not be found in memory afterwards.
  last_block_ = digest;
  left_ = kSize;
  return true;
}

}  // namespace watchword::crypto
