from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Contact, Contract, Site, SiteSettings
from tests.cast import Cast


@pytest.mark.parametrize("phone", ["+254201234567", "+4912345678"])
def test_phones_in_e164(cast: Cast, phone: str) -> None:
    Contact(organisation=cast.organisation, name="Lucy", phone=phone).full_clean()


@pytest.mark.parametrize(
    "phone", ["0201234567", "+0201234567", "+254 20 123", "+12345", "+1234567890123456", "call me"]
)
def test_other_phones_are_refused(cast: Cast, phone: str) -> None:
    with pytest.raises(ValidationError, match=r"\+ and the country code|at most"):
        Contact(organisation=cast.organisation, name="Lucy", phone=phone).full_clean()


def test_a_contract_does_not_end_before_it_starts(cast: Cast) -> None:
    day = date(2026, 10, 5)
    Contract.objects.create(organisation=cast.organisation, name="One day", starts_on=day, ends_on=day)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.create(organisation=cast.organisation, name="No", starts_on=day, ends_on=date(2026, 10, 4))


def test_a_site_is_once_per_company(cast: Cast) -> None:
    Site.objects.create(organisation=cast.organisation, name="Farm")
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.create(organisation=cast.organisation, name="Farm")


def test_an_account_that_goes_leaves_the_contact(cast: Cast) -> None:
    contact = Contact.objects.create(organisation=cast.organisation, name="Stan", user=cast.stranger)
    cast.stranger.delete()
    contact.refresh_from_db()
    assert contact.user is None


def test_site_settings_are_one_row_with_defaults(db: None) -> None:
    assert (SiteSettings.load().number_prefix, SiteSettings.objects.count()) == ("KPI", 0)
    SiteSettings.objects.create(pk=1, number_prefix="HELP")
    assert SiteSettings.load().number_prefix == "HELP"
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteSettings.objects.create(pk=2)
