import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Country, Department
from accounts.models.places import validate_zone
from accounts.zones import places
from tests.cast import Cast


@pytest.mark.parametrize("zone", ["Africa/Nairobi", "Asia/Kathmandu", "America/Argentina/Buenos_Aires", "UTC"])
def test_zones_of_the_zone_data(zone: str) -> None:
    validate_zone(zone)


@pytest.mark.parametrize("zone", ["", "Nairobi", "Africa/Nowhere", "../etc/passwd", "EAT", "+03:00"])
def test_other_zones_are_refused(zone: str) -> None:
    with pytest.raises(ValidationError, match="not a time zone"):
        validate_zone(zone)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Nairobi", "Did you mean Africa/Nairobi?"),
        ("  africa/nairobi ", "Did you mean Africa/Nairobi?"),
        ("Kenya", "Did you mean Africa/Nairobi?"),
        ("Niarobi", "Did you mean Africa/Nairobi?"),
        ("Buenos Aires", "Did you mean America/Argentina/Buenos_Aires?"),
        ("new york", "Did you mean America/New_York?"),
        ("Indiana/", "Did you mean America/Indiana/Indianapolis, America/Indiana/Knox or America/Indiana/Marengo?"),
        ("Mars/Base", "Use a name such as Africa/Nairobi."),
        ("EA", "Use a name such as Africa/Nairobi."),
        ("x" * 40_000, "Use a name such as Africa/Nairobi."),
    ],
)
def test_a_wrong_zone_is_told_with_the_closest_ones(typed: str, names: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_zone(typed)
    assert refused.value.messages == [f"“{typed}” is not a time zone. {names}"]


def test_zones_are_offered_with_their_countries() -> None:
    assert [(zone, places()[zone]) for zone in ("UTC", "Africa/Nairobi", "Asia/Tokyo")] == [
        ("UTC", ""),
        ("Africa/Nairobi", "Kenya"),
        ("Asia/Tokyo", "Japan"),
    ]
    assert len(places()) > 400


@pytest.mark.parametrize("code", ["ke", "KEN", "K", "1A", "ÄÖ"])
def test_a_country_code_is_two_capital_letters(db: None, code: str) -> None:
    with pytest.raises(ValidationError):
        Country(code=code, name="Kenya", zone="Africa/Nairobi").full_clean()


def test_a_department_name_is_once_per_country(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.create(country=cast.country, code="ke-operations-2", name="Operations")
    uganda = Country.objects.create(code="UG", name="Uganda", zone="Africa/Kampala")
    assert str(Department.objects.create(country=uganda, code="ug-ops", name="Operations")) == "Uganda / Operations"


def test_the_form_of_a_country_takes_its_code_in_small_letters_and_offers_zones(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    page = client.get("/admin/accounts/country/add/").content.decode()
    assert 'list="id_zone_zones"' in page
    assert '<option value="Africa/Kampala" label="Uganda">' in page
    typed = {"code": " ug ", "name": "Uganda", "zone": "Kampala", "date_format": ""}
    answer = client.post("/admin/accounts/country/add/", typed)
    told = "“Kampala” is not a time zone. Did you mean Africa/Kampala?"
    assert answer.context["adminform"].form.errors == {"zone": [told]}
    assert client.post("/admin/accounts/country/add/", typed | {"zone": "Africa/Kampala"}).status_code == 302
    assert Country.objects.get(name="Uganda").code == "UG"
    twice = client.post("/admin/accounts/country/add/", typed | {"code": "ke", "zone": "Africa/Kampala"})
    assert twice.context["adminform"].form.errors["code"] == ["Another country has this already."]
