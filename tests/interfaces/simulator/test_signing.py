from interfaces.simulator.company import company_signing_keys
from interfaces.simulator.signing import SigningKeys, sending_headers


def test_a_body_is_signed_as_in_rfc_4231_case_2() -> None:
    headers = sending_headers(b"what do ya want for nothing?", "Jefe")

    assert headers == {
        "Content-Type": "application/json; charset=utf-8",
        "Sign-Type": "HMACSHA256",
        "Sign-Data": "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=",
    }


def test_a_company_signs_with_a_key_of_its_own() -> None:
    keys = [company_signing_keys(seed) for seed in (1, 1, 2)]

    assert keys[0] == keys[1]
    assert len({keys[0].first, keys[0].second, keys[2].first, keys[2].second}) == 4


def test_the_second_key_signs_from_the_instant_of_its_making() -> None:
    regenerated = SigningKeys("first", "second", regenerated_at=100)

    assert [regenerated.at(moment) for moment in (0, 99)] == ["first", "first"]
    assert [regenerated.at(moment) for moment in (100, 101)] == ["second", "second"]


def test_a_key_that_is_never_regenerated_signs_all() -> None:
    assert {SigningKeys("first", "second").at(moment) for moment in (0, 2**63)} == {"first"}
