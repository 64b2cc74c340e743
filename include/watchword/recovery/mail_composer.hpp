#pragma once

#include <memory>

#include <watchword/base/export.hpp>
#include <watchword/base/result.hpp>
#include <watchword/mail/dispatcher.hpp>
#include <watchword/onetime/one_time_codes.hpp>

namespace watchword::recovery {

/// The texts of the kinds `password_reset` and `password_changed`, in English. A code stands in the body alone and no
/// text of a user's stands anywhere. Give the Dispatcher a composer of your own for other words or languages.
/// compose() fails with `mail_kind_unknown` (internal) for other kinds and as OneTimeCodes::reveal does: a mail whose
/// code is no good any more is not sent. `codes` must outlive it. Error: `out_of_memory` (unavailable).
WATCHWORD_EXPORT Result<std::unique_ptr<mail::Composer>> make_mail_composer(
    const onetime::OneTimeCodes& codes) noexcept;

}  // namespace watchword::recovery
