"""Addresses of the room: signing in, one's own account, people, keys, the audit trail."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path

from mainstay.service.accounts.views import (
    audit,
    council,
    invitations,
    outbox,
    pages,
    passwords,
    people,
    profile,
    tokens,
)

urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/forgotten/", passwords.forgotten, name="forgotten_password"),
    path("sign-in/choose/<str:who>/<str:token>/", passwords.choose, name="choose_password"),
    path("join/<str:token>/", invitations.join, name="join"),
    path("account/", profile.profile, name="profile"),
    path("account/details/", profile.edit, name="profile_edit"),
    path("account/sign-ins/end/", profile.end_sign_ins, name="sign_ins_end"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/first/", account.password_set, name="account_set_password"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/second-factor/", mfa.index, name="mfa_index"),
    path("account/second-factor/set-up/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-factor/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path("account/keys/new/", tokens.new, name="token_new"),
    path("account/calendar/", tokens.calendar, name="calendar_make"),
    path("account/shortcuts/", profile.shortcuts, name="shortcuts_set"),
    path("account/keys/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("keys/", tokens.tokens, name="tokens"),
    path("users/", people.users, name="users"),
    path("users/export.<str:kind>", people.export, name="users_export"),
    path("users/invitations/", invitations.invitations, name="invitations"),
    path("users/invitations/new/", invitations.new, name="invitation_new"),
    path("users/invitations/<int:pk>/withdraw/", invitations.withdraw, name="invitation_withdraw"),
    path("users/<int:pk>/", people.user, name="user"),
    path("users/<int:pk>/details/", people.edit, name="user_edit"),
    path("users/<int:pk>/roles/", people.give_role, name="user_role_give"),
    path("users/<int:pk>/roles/<int:held>/end/", people.end_role, name="user_role_end"),
    path("users/<int:pk>/leave/", people.leave, name="user_leave"),
    path("users/<int:pk>/return/", people.come_back, name="user_return"),
    path("users/<int:pk>/password/", people.password_link, name="user_password_link"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/export.<str:kind>", outbox.export, name="outbox_export"),
    path("outbox/<int:pk>/again/", outbox.try_again, name="outbox_try_again"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export.<str:kind>", audit.export, name="audit_export"),
    path("audit/check/", audit.check, name="audit_check"),
    path("council-values/", council.values, name="council_values"),
    path("council-values/export.<str:kind>", council.export, name="council_values_export"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("about/", pages.about, name="about"),
]
