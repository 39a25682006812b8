from interfaces.simulator.company import company_signing_key
from interfaces.simulator.signing import sending_headers


def test_a_body_is_signed_as_in_rfc_4231_case_2() -> None:
    headers = sending_headers(b"what do ya want for nothing?", "Jefe")

    assert headers == {
        "Content-Type": "application/json; charset=utf-8",
        "Sign-Type": "HMACSHA256",
        "Sign-Data": "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=",
    }


def test_a_company_signs_with_a_key_of_its_own() -> None:
    assert company_signing_key(1) == company_signing_key(1) != company_signing_key(2)
