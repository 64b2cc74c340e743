#include <array>
#include <cstring>
#include <ostream>
#include <string>
#include <type_traits>

#include <watchword/base/secret.hpp>
#include <watchword/token/opaque_token.hpp>

#include "support/catch.hpp"

namespace {

using namespace watchword;

template <class T, class = void>
struct is_streamable : std::false_type {};
template <class T>
struct is_streamable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};

template <class T, class = void>
struct is_comparable : std::false_type {};
template <class T>
struct is_comparable<T, std::void_t<decltype(std::declval<const T&>() == std::declval<const T&>())>> : std::true_type {
};

template <class T>
constexpr bool keeps_to_itself =
    !is_streamable<T>::value && !is_comparable<T>::value && !std::is_copy_constructible_v<T> &&
    !std::is_copy_assignable_v<T> && !std::is_convertible_v<T, std::string> &&
    !std::is_convertible_v<T, std::string_view> && !std::is_convertible_v<T, ByteView> &&
    !std::is_constructible_v<std::string, T> && !std::is_constructible_v<T, std::string> &&
    std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T>;

}  // namespace

static_assert(is_streamable<int>::value && is_comparable<int>::value, "the probes tell something");
static_assert(keeps_to_itself<Secret>);
static_assert(keeps_to_itself<Password>);
static_assert(keeps_to_itself<OpaqueToken>);
static_assert(!std::is_convertible_v<OpaqueToken, TokenDigest> && !std::is_constructible_v<TokenDigest, OpaqueToken>);
static_assert(!std::is_constructible_v<TokenDigest, std::string> && !is_streamable<TokenDigest>::value);

TEST_CASE("A secret holds a copy of the bytes") {
  std::string text = "tell nobody";
  auto secret = Secret::copy_of(std::string_view(text));
  REQUIRE(secret);
  text[0] = 'x';
  CHECK(secret->reveal().text() == "tell nobody");
  CHECK(secret->size() == 11);
  CHECK_FALSE(secret->empty());
}

TEST_CASE("A secret keeps zero bytes and the empty string") {
  auto secret = Secret::copy_of(std::string_view("a\0b", 3));
  REQUIRE(secret);
  CHECK(secret->reveal().text() == std::string_view("a\0b", 3));
  auto empty = Secret::copy_of(ByteView());
  REQUIRE(empty);
  CHECK(empty->empty());
  CHECK(empty->reveal().text().empty());
}

TEST_CASE("A secret of a size starts with zeros and can be written") {
  auto secret = Secret::of_size(4);
  REQUIRE(secret);
  CHECK(secret->reveal().text() == std::string_view("\0\0\0\0", 4));
  std::memcpy(secret->writable(), "abcd", 4);
  CHECK(secret->reveal().text() == "abcd");
}

TEST_CASE("A moved secret leaves nothing behind") {
  auto first = Secret::copy_of(std::string_view("one"));
  auto second = Secret::copy_of(std::string_view("two"));
  REQUIRE((first && second));
  Secret moved = *std::move(first);
  CHECK(first->empty());
  CHECK(moved.reveal().text() == "one");
  moved = *std::move(second);
  CHECK(moved.reveal().text() == "two");
  CHECK(second->empty());
  Secret& same = moved;
  moved = std::move(same);
  CHECK(moved.reveal().text() == "two");
}

TEST_CASE("A secret that does not fit into memory is an error") {
  auto secret = Secret::of_size(static_cast<std::size_t>(-1) / 4);
  REQUIRE_FALSE(secret);
  CHECK(secret.error().kind() == Errc::unavailable);
  CHECK(secret.error().code() == "out_of_memory");
}

TEST_CASE("A password reveals what was typed") {
  auto password = Password::copy_of("p\xC3\xA4ss");
  REQUIRE(password);
  CHECK(password->reveal() == "p\xC3\xA4ss");
  CHECK(password->size() == 5);
  CHECK(Password().reveal().empty());
}

TEST_CASE("Zeroing overwrites the range and nothing else") {
  std::array<std::uint8_t, 6> bytes{1, 2, 3, 4, 5, 6};
  secure_zero(bytes.data() + 1, 4);
  CHECK(bytes == std::array<std::uint8_t, 6>{1, 0, 0, 0, 0, 6});
  secure_zero(bytes.data(), 0);
  secure_zero(nullptr, 0);
  CHECK(bytes[0] == 1);
}

TEST_CASE("Equality looks at every byte and at the length") {
  const std::string text(64, 'a');
  CHECK(equal_constant_time(std::string_view(text), std::string_view(text)));
  CHECK(equal_constant_time(ByteView(), ByteView()));
  CHECK_FALSE(equal_constant_time(std::string_view(text), std::string_view(text).substr(1)));
  CHECK_FALSE(equal_constant_time(ByteView(), std::string_view(text)));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = text;
      other[at] = static_cast<char>(other[at] ^ (1 << bit));
      REQUIRE_FALSE(equal_constant_time(std::string_view(text), std::string_view(other)));
    }
  }
}
