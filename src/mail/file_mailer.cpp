#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <watchword/mail/mailer.hpp>

#include "base/contained.hpp"
#include "base/wipe.hpp"

namespace watchword::mail {
namespace {

Error bad_folder(std::string_view reason) noexcept {
  return Error(Errc::misconfigured, "mail_folder", "The folder for mail cannot be written.").with_reason(reason);
}

Error unwritable() noexcept {
  return Error(Errc::unavailable, "mail_unwritable", "The mail could not be written.")
      .with_reason(std::to_string(errno));
}

/// A file that is not there under its name until all of it is.
class NewFile final {
 public:
  explicit NewFile(const std::string& folder) : path_(folder + "/.mail-XXXXXX") {
    descriptor_ = ::mkostemp(path_.data(), O_CLOEXEC);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (!renamed_) ::unlink(path_.c_str());
  }

  bool write(std::string_view text) noexcept {
    while (descriptor_ >= 0 && !text.empty()) {
      ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno != EINTR) return false;
      if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return descriptor_ >= 0 && ::fsync(descriptor_) == 0;
  }
  bool rename_to(const std::string& path) noexcept {
    renamed_ = ::rename(path_.c_str(), path.c_str()) == 0;
    return renamed_;
  }

 private:
  std::string path_;
  int descriptor_ = -1;
  bool renamed_ = false;
};

/// The Message-ID has been checked by render(): it holds no slash.
std::string file_name(const Message& message) {
  char time[32];
  std::snprintf(time, sizeof time, "%015lld-", static_cast<long long>(message.date.milliseconds()));
  return time + message.message_id + ".eml";
}

class FileMailer final : public Mailer {
 public:
  FileMailer(std::string folder, std::string from) noexcept : folder_(std::move(folder)), from_(std::move(from)) {}

  Result<void> send(const Message& message) noexcept override {
    return contained([&]() -> Result<void> {
      auto text = render(message, from_);
      if (!text) return text.error();
      NewFile file(folder_);
      const bool written = file.write(*text);
      wipe(*text);
      if (!written || !file.rename_to(folder_ + "/" + file_name(message))) return unwritable();
      return {};
    });
  }

 private:
  std::string folder_;
  std::string from_;
};

Result<void> prepare_folder(const std::string& folder) {
  if (folder.empty() || folder.find('\0') != std::string::npos) return bad_folder("it has no name");
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return bad_folder("it cannot be made");
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return bad_folder("it is not a folder");
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) return bad_folder("no right to write there");
  return {};
}

}  // namespace

Result<std::unique_ptr<Mailer>> make_file_mailer(const std::string& folder, const std::string& from) noexcept {
  return contained([&]() -> Result<std::unique_ptr<Mailer>> {
    Message probe{"probe", "probe@example.org", "", "", Timestamp()};
    if (!render(probe, from)) {
      return Error(Errc::misconfigured, "mail_from",
                   "The sender of mail must be an address, or a name and an address in angle brackets.");
    }
    auto ready = prepare_folder(folder);
    if (!ready) return ready.error();
    return std::unique_ptr<Mailer>(std::make_unique<FileMailer>(folder, from));
  });
}

}  // namespace watchword::mail
