import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Country, Department
from accounts.models.places import validate_zone
from tests.cast import Cast


@pytest.mark.parametrize("zone", ["Africa/Nairobi", "Asia/Kathmandu", "America/Argentina/Buenos_Aires", "UTC"])
def test_zones_of_the_zone_data(zone: str) -> None:
    validate_zone(zone)


@pytest.mark.parametrize("zone", ["", "Nairobi", "Africa/Nowhere", "../etc/passwd", "EAT", "+03:00"])
def test_other_zones_are_refused(zone: str) -> None:
    with pytest.raises(ValidationError, match="not a time zone"):
        validate_zone(zone)


@pytest.mark.parametrize("code", ["ke", "KEN", "K", "1A", "ÄÖ"])
def test_a_country_code_is_two_capital_letters(db: None, code: str) -> None:
    with pytest.raises(ValidationError):
        Country(code=code, name="Kenya", zone="Africa/Nairobi").full_clean()


def test_a_department_name_is_once_per_country(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.create(country=cast.country, code="ke-operations-2", name="Operations")
    uganda = Country.objects.create(code="UG", name="Uganda", zone="Africa/Kampala")
    assert str(Department.objects.create(country=uganda, code="ug-ops", name="Operations")) == "Uganda / Operations"
