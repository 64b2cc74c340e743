#pragma once

#include <memory>

#include <watchword/account/succession.hpp>
#include <watchword/base/export.hpp>
#include <watchword/base/time.hpp>
#include <watchword/session/revocation.hpp>
#include <watchword/session/revocation_index.hpp>
#include <watchword/session/session_store.hpp>

namespace watchword::session {

/// Ends a former owner's sessions and tokens in the stores, by a Revocation of the user, and in this process's index at
/// once. The arguments must outlive it. May throw std::bad_alloc only.
WATCHWORD_EXPORT std::unique_ptr<account::Succession> make_succession(SessionStore& sessions,
                                                                      RevocationStore& revocations,
                                                                      RevocationIndex& index, Clock& clock);

}  // namespace watchword::session
