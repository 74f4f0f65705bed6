"""Addresses of the account pages; the names are allauth's where it looks them up itself."""

from allauth.account import views as allauth_views
from django.urls import path, re_path

from accounts.views import entrance, profile, second_step

urlpatterns = [
    path("", profile.Profile.as_view(), name="account_profile"),
    path("login/", entrance.SignIn.as_view(), name="account_login"),
    path("login/code/", entrance.AskCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", entrance.EnterCode.as_view(), name="account_confirm_login_code"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("signup/", entrance.SignUp.as_view(), name="account_signup"),
    path("again/", entrance.PasswordAgain.as_view(), name="account_reauthenticate"),
    path("google/login/", entrance.google_login, name="google_login"),
    path("google/login/callback/", entrance.google_callback, name="google_callback"),
    path("google/remove/", profile.remove_google, name="google_remove"),
    path("google/signup/", entrance.google_login, name="socialaccount_signup"),
    path("email/", profile.Address.as_view(), name="account_email"),
    path("confirm-email/", allauth_views.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", entrance.ConfirmAddress.as_view(), name="account_confirm_email"),
    path("password/change/", profile.PasswordChange.as_view(), name="account_change_password"),
    path("password/reset/", entrance.ForgottenPassword.as_view(), name="account_reset_password"),
    path("password/reset/done/", allauth_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        entrance.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("two-step/", second_step.overview, name="mfa_index"),
    path("two-step/enter/", second_step.EnterCode.as_view(), name="mfa_authenticate"),
    path("two-step/again/", second_step.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("two-step/on/", second_step.TurnOn.as_view(), name="mfa_activate_totp"),
    path("two-step/off/", second_step.TurnOff.as_view(), name="mfa_deactivate_totp"),
    path("two-step/codes/", second_step.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("two-step/codes/new/", second_step.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("two-step/codes/file/", second_step.RecoveryCodesFile.as_view(), name="mfa_download_recovery_codes"),
]
