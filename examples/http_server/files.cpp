#include "files.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <watchword/base/id.hpp>
#include <watchword/base/rng.hpp>

#include "variables.hpp"

namespace example {
namespace {

using watchword::Errc;
using watchword::Error;
using watchword::Result;
using watchword::Secret;

constexpr std::size_t kSecretBytes = 32;

Error file_error(const std::string& path, std::string_view what) {
  return Error(Errc::misconfigured, "file", "Change the file or its path.")
      .with_reason(path)
      .with_reason(": ")
      .with_reason(what);
}

class Descriptor final {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string hexadecimal(const std::array<std::uint8_t, kSecretBytes>& bytes) {
  std::string out;
  for (std::uint8_t byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

// Written under another name and linked into place, so that no other process ever reads half a secret.
Result<void> make_secret(const std::string& path, bool& made) {
  std::array<std::uint8_t, kSecretBytes> bytes{};
  auto drawn = watchword::system_rng().fill(bytes.data(), bytes.size());
  if (!drawn) return drawn.error();
  std::string text = hexadecimal(bytes) + "\n";
  auto suffix = watchword::RecordId::generate(watchword::system_rng());
  if (!suffix) return suffix.error();
  std::string temporary = path + "." + suffix->text();
  {
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.valid()) return file_error(temporary, std::strerror(errno));
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fsync(file.get()) != 0) {
      ::unlink(temporary.c_str());
      return file_error(temporary, "cannot be written");
    }
  }
  made = ::link(temporary.c_str(), path.c_str()) == 0;
  int reason = errno;
  ::unlink(temporary.c_str());
  watchword::secure_zero(text.data(), text.size());
  if (!made && reason != EEXIST) return file_error(path, std::strerror(reason));
  return {};
}

bool is_private(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && (status.st_mode & 077) == 0;
}

Result<std::string> read_file(const std::string& path, Privacy privacy) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return file_error(path, std::strerror(errno));
  if (privacy == Privacy::owner && !is_private(file.get())) {
    return file_error(path, "can be read by others; run chmod 600 on it");
  }
  std::string out;
  char block[4096];
  for (;;) {
    ssize_t got = ::read(file.get(), block, sizeof block);
    if (got < 0) return file_error(path, std::strerror(errno));
    if (got == 0) return out;
    out.append(block, static_cast<std::size_t>(got));
    if (out.size() > 1024 * 1024) return file_error(path, "is larger than 1 MiB");
  }
}

}  // namespace

Result<std::string> read_named_file(const char* variable, const std::string& path, Privacy privacy) {
  auto text = read_file(path, privacy);
  if (!text) return refused(variable, text.error().reason());
  if (text->empty()) return refused(variable, path + ": the file is empty");
  return text;
}

Result<Secret> read_or_make_secret(const std::string& path, bool& made) {
  made = false;
  if (::access(path.c_str(), F_OK) != 0) {
    auto done = make_secret(path, made);
    if (!done) return done.error();
  }
  auto text = read_file(path, Privacy::owner);
  if (!text) return text.error();
  std::string_view secret = *text;
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.remove_suffix(1);
  if (secret.size() < 32) return file_error(path, "holds fewer than 32 characters; delete it to have a new one made");
  return Secret::copy_of(secret);
}

}  // namespace example
